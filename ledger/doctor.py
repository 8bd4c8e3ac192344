"""What `manage doctor --deep` recomputes of the books, each dossier behind its own wall."""

from __future__ import annotations

from collections.abc import Iterator

from clients.operators import every_dossier, operator_scope
from firm.errors import NotFound
from firm.formats import amount, date_fr
from ledger.queries.chain import verify
from ledger.queries.drift import Drift, drifts, stale_counters


def sums() -> Iterator[str]:
    """The sums kept beside the lines are those of the lines, and the counters those of the sums."""
    for slug in every_dossier():
        try:
            with operator_scope(slug) as opened:
                found = list(drifts(opened.dossier.id))
                stale = stale_counters(opened.dossier.id)
        except NotFound:
            yield f"{slug} : personne ne possède ce dossier, ses sommes n’ont pas été recalculées."
            continue
        yield from (f"{slug} : {_said(one)}" for one in found)
        yield from (f"{slug} : le compteur « {name} » n’est plus à jour." for name in stale)


def chains() -> Iterator[str]:
    """Every validated entry is what it was when it was validated."""
    for slug in every_dossier():
        try:
            with operator_scope(slug) as opened:
                found = [broken for _year, _seen, broken in verify(opened.dossier.id) if broken]
        except NotFound:
            yield f"{slug} : personne ne possède ce dossier, sa chaîne n’a pas été vérifiée."
            continue
        yield from (
            f"{slug}, exercice {date_fr(one.year.end)}, maillon {one.seq} : {one.why}."
            for one in found
        )


def _said(one: Drift) -> str:
    return (
        f"{one.what} {one.name}, {one.month:%m/%Y}, écart de {amount(one.debit)} au débit,"
        f" {amount(one.credit)} au crédit, {one.lines} ligne(s), {one.entries} écriture(s)."
    )
