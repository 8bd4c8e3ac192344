"""What falls due: in one dossier, and over the dossiers that a person sees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from clients.models import Dossier, Obligation, TaxProfile
from clients.obligations.calendar import labels, rules
from firm.formats import MONTHS, date_fr

State = Obligation.State
SOON = 30
# What a list may be narrowed to, by name in addresses.
SCOPES = (
    ("a-faire", "à faire"), ("retard", "en retard"), ("mois", "dans les 30 jours"),
    ("faites", "faites ou sans objet"), ("toutes", "toutes"),
)  # fmt: skip
KINDS = (
    ("tva", "TVA", ("vat_monthly", "vat_quarterly", "vat_yearly", "vat_advance")),
    ("is", "Impôt sur les sociétés", ("is_instalment", "is_balance")),
    ("resultat", "Résultat et liasse",
     ("result_is", "result_bic", "result_bnc", "result_ba", "das2")),
    ("locaux", "CFE et CVAE",
     ("cfe", "cfe_advance", "cvae_advance", "cvae_balance", "cvae_return")),
    ("social", "Social", ("payroll",)),
    ("juridique", "Juridique", ("meeting", "accounts_filing")),
    ("autre", "Autres", ("other",)),
)  # fmt: skip
_WHEN = {rule.kind: rule.when for rule in rules()}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list of obligations: which, over which kinds.  Unknown words count as absent."""

    scope: str = "a-faire"
    kind: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, Any]) -> Wanted:
        """From a query string."""
        scope, kind = str(asked.get("etat", "")), str(asked.get("nature", ""))
        return cls(
            scope if scope in dict(SCOPES) else "a-faire",
            kind if kind in {key for key, *_rest in KINDS} else "",
        )

    def kept(self, today: dt.date) -> Q:
        """The rows that it keeps."""
        to_do = Q(state=State.TO_DO)
        kept = {
            "a-faire": to_do,
            "retard": to_do & Q(due_on__lt=today),
            "mois": to_do & Q(due_on__lte=today + dt.timedelta(days=SOON)),
            "faites": ~to_do,
            "toutes": Q(),
        }[self.scope]
        if self.kind:
            kept &= Q(kind__in=next(names for key, _label, names in KINDS if key == self.kind))
        return kept


def label_of(row: Obligation) -> str:
    """What the obligation is called."""
    return row.label or labels().get(row.kind, row.kind)


def period_of(row: Obligation) -> str:
    """« octobre 2026 », « 4e trimestre 2026 », « exercice clos le 31/12/2025 », « 2026 »."""
    when, name = _WHEN.get(row.kind, ""), row.period
    if not when:
        return ""
    if when == "year":
        return f"exercice clos le {date_fr(row.period_end)}"
    year, _dash, part = name.partition("-")
    if when == "quarter":
        rank = part.removeprefix("T")
        return f"{rank}{'er' if rank == '1' else 'e'} trimestre {year}"
    return f"{MONTHS[int(part) - 1]} {year}" if part else year


@dataclass(frozen=True, slots=True)
class Shown:
    """One obligation as a list shows it; `url` and `dossier` where it stands among others."""

    row: Obligation
    label: str
    period: str
    is_late: bool
    days: int
    dossier: str = ""
    slug: str = ""

    @classmethod
    def of(cls, row: Obligation, today: dt.date, dossier: tuple[str, str] = ("", "")) -> Shown:
        """With its words."""
        is_late = row.state == State.TO_DO and row.due_on < today
        days = (row.due_on - today).days
        return cls(row, label_of(row), period_of(row), is_late, days, *dossier)


def profile_of(dossier: Dossier) -> TaxProfile:
    """The dossier's profile, or the usual one while nobody has planned, in one query."""
    found: TaxProfile | None = TaxProfile.objects.filter(dossier=dossier).first()
    return found or TaxProfile(dossier=dossier)


def of_dossier(dossier: Dossier, wanted: Wanted, limit: int = 500) -> list[Shown]:
    """The obligations of a dossier by day, in one query."""
    today = timezone.localdate()
    rows = Obligation.objects.filter(wanted.kept(today), dossier=dossier)
    order = ("-due_on", "-id") if wanted.scope == "faites" else ("due_on", "id")
    return [Shown.of(row, today) for row in rows.order_by(*order)[:limit]]


def counts_of(dossier: Dossier) -> dict[str, int]:
    """How many each scope holds, in one query."""
    today = timezone.localdate()
    asked = {scope: Count("id", filter=Wanted(scope).kept(today)) for scope, _label in SCOPES}
    rows: dict[str, int] = Obligation.objects.filter(dossier=dossier).aggregate(
        **{key.replace("-", "_"): value for key, value in asked.items()}
    )
    return {scope: rows[scope.replace("-", "_")] for scope, _label in SCOPES}


def in_scope(wanted: Wanted, after: str = "") -> QuerySet[Obligation]:
    """The obligations of every dossier in scope, by day, from a cursor `day~id` on.

    Raises:
        ValueError: the cursor is not one.
    """
    rows = Obligation.objects.filter(wanted.kept(timezone.localdate()))
    if after:
        day, _sep, last = after.partition("~")
        since, pk = dt.date.fromisoformat(day), int(last)
        rows = rows.filter(Q(due_on__gt=since) | Q(due_on=since, id__gt=pk))
    return rows.order_by("due_on", "id")


def named(rows: Sequence[Obligation]) -> list[Shown]:
    """Rows of several dossiers with the names of these, in one query."""
    today = timezone.localdate()
    dossiers = Dossier.objects.filter(pk__in={row.dossier_id for row in rows})
    names = {pk: (name, slug) for pk, name, slug in dossiers.values_list("pk", "name", "slug")}
    return [Shown.of(row, today, names[row.dossier_id]) for row in rows if row.dossier_id in names]


def next_due(limit: int) -> tuple[list[Shown], int]:
    """The first obligations to do over the dossiers in scope, late ones first, and how many of
    them are late or fall within thirty days; three queries.
    """
    soon = in_scope(Wanted("mois"))
    return named(list(soon[:limit])), soon.count()
