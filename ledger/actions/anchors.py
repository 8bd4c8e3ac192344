"""The daily anchor: the heads of a firm's chains, sent to its owner, who keeps them elsewhere.

A chain can be written anew by whoever holds the database, but not the mail that left yesterday.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import connection
from django.utils import timezone

from clients.digests import PARIS
from clients.models import Dossier
from firm import audit, jobs, mailer, scope
from firm.formats import date_fr, integer, period_fr
from firm.models import Firm, Job, Membership
from ledger.models import ChainAnchor
from ledger.queries.chain import heads_of

KIND = "ledger.anchor"
HOUR = 5  # of Paris, when nobody validates


def start_due(*, now: dt.datetime | None = None) -> int:
    """Start one job a firm and a day, for the firms whose chains have moved; answers how many."""
    here = (now or timezone.now()).astimezone(PARIS)
    if here.hour != HOUR:
        return 0
    firms = due()
    for firm in firms:
        with scope.open_scope(scope.Scope(firm=firm)):
            jobs.start(
                KIND, by=None, dossier_id=None, firm_id=firm,
                key=f"anchor:{firm}:{here.date().isoformat()}",
            )  # fmt: skip
    return len(firms)


def due() -> dict[int, list[int]]:
    """The firms with dossiers whose last links no witness has seen, and these dossiers."""
    found: dict[int, list[int]] = defaultdict(list)
    with scope.open_scope(scope.Scope()), connection.cursor() as cursor:
        cursor.execute("SELECT firm, dossier FROM ledger_chains_due()")
        for firm, dossier in cursor.fetchall():
            found[firm].append(dossier)
    return dict(found)


def anchor(firm: Firm, dossier_ids: list[int], *, day: dt.date, by: None = None) -> int:
    """Keep the heads of these dossiers' chains and mail them to the firm's owners; how many.

    A confidential dossier is told by its number alone.
    """
    del by  # the clock asks for it
    rows = heads_of(dossier_ids)
    if not rows:
        return 0
    ChainAnchor.objects.bulk_create(
        [
            ChainAnchor(
                dossier_id=row["dossier"], fiscal_year_id=row["year"], chain_seq=row["seq"],
                head=bytes(row["head"]),
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    names = {
        row.id: f"Dossier confidentiel n° {row.id}" if row.is_confidential else row.name
        for row in Dossier.objects.filter(pk__in=dossier_ids)
    }
    lines = [_line(names.get(row["dossier"], str(row["dossier"])), row) for row in rows]
    for owner in Membership.objects.filter(firm=firm, role="owner").select_related("user"):
        mailer.queue(
            kind="chain_anchor", key=f"anchor:{firm.id}:{day.isoformat()}:{owner.user_id}",
            to=owner.user.email, subject=f"Empreintes des écritures validées au {date_fr(day)}",
            text=_TEXT.format(firm=firm.name, lines="\n".join(sorted(lines))),
            firm_id=firm.id, user_id=owner.user_id,
        )  # fmt: skip
    audit.record("ledger.chains_anchored", by=None, firm_id=firm.id, chains=len(rows))
    return len(rows)


_TEXT = (
    "Bonjour,\n\nVoici la dernière empreinte de chaque exercice de {firm} dont des écritures ont"
    " été validées depuis le dernier envoi.  Gardez ce message : si des écritures validées étaient"
    " altérées, leurs empreintes ne seraient plus celles-ci.\n\n{lines}\n\n"
    "Pour vérifier : manage verify_chain.\n"
)


def _line(name: str, row: dict[str, Any]) -> str:
    span = period_fr(row["start"], row["end"])
    return f"{name}, exercice {span} : {integer(row['seq'])} écritures, {bytes(row['head']).hex()}"


def scope_of(job: Job) -> scope.Scope:
    """The dossiers of the job's firm that are due."""
    only = frozenset(ids_of(job))
    return scope.Scope(firm=job.firm_id, read=only, write=only)


def ids_of(job: Job) -> list[int]:
    """The dossiers that a job is about: those of its firm that are due."""
    return due().get(job.firm_id or 0, [])
