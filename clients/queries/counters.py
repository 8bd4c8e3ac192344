"""The counters of a dossier, in one list: columns, filters, totals and cockpit come from it.

A new counter is a column of `DossierStats`, kept by the app that knows its source, and one entry
here.  A counter whose source does not exist yet has no entry: a nought would be read as « none ».
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Q
from django.utils import timezone

Kind = Literal["count", "amount", "date", "percent"]
Rule = Literal["some", "negative", "missing", "past"]


@dataclass(frozen=True, slots=True)
class Counter:
    """One counter.  `amount` is signed cents, `percent` a whole number of them.

    `key` is its name in addresses; `filter` what « Plus de filtres » calls the dossiers that meet
    `rule` (nothing: no such filter); `figure` what the cockpit calls it (nothing: not there).
    `is_work` says that somebody must do something; `is_column` that the list shows it, `css` on
    which screens.
    """

    key: str
    label: str
    column: str
    kind: Kind
    filter: str = ""
    rule: Rule = "some"
    figure: str = ""
    is_work: bool = False
    is_column: bool = True
    css: str = "hide-l"

    def meets(self, prefix: str = "") -> Q:
        """The dossiers that the filter keeps."""
        name = f"{prefix}{self.column}"
        if self.rule == "missing":
            return Q(**{f"{name}__isnull": True})
        if self.rule == "negative":
            return Q(**{f"{name}__lt": 0})
        if self.rule == "past":
            return Q(**{f"{name}__lt": timezone.localdate()})
        return Q(**{f"{name}__gt": 0}) | Q(**{f"{name}__lt": 0})

    @property
    def head_css(self) -> str:
        """Classes of its cells."""
        return f"num {self.css}"

    @property
    def nothing(self) -> Any:
        """What stands for an absent value where rows are put in order."""
        return dt.date(1900, 1, 1) if self.kind == "date" else 0


COUNTERS = (
    Counter("imports", "Imports à revoir", "imports_to_review", "count", "Imports à revoir",
            figure="Imports à revoir", is_work=True, css="hide-m"),
    Counter("comptabiliser", "À comptabiliser", "to_book", "count", "Pièces à comptabiliser",
            figure="Pièces à comptabiliser", is_work=True, css="hide-x"),
    Counter("doublons", "Doublons", "duplicates", "count", "Doublons à trancher", is_work=True,
            is_column=False),
    Counter("recus", "Reçus manquants", "missing_receipts", "count", "Reçus manquants",
            figure="Reçus manquants", css="hide-xx"),
    Counter("attente", "Solde 471", "suspense", "amount", "Compte 471 non soldé",
            figure="Comptes 471 non soldés", css="hide-m"),
    Counter("lettrage", "Lettrages non soldés", "unlettered", "count", "Lettrages non soldés",
            figure="Lettrages non soldés", css="hide-x"),
    Counter("revision", "Révisé,\u00a0%", "review_percent", "percent", css="hide-x"),
    Counter("revoir", "Comptes à revoir", "review_stale", "count", "Comptes à revoir",
            figure="Comptes à revoir", is_work=True, is_column=False),
    Counter("tresorerie", "Trésorerie", "cash", "amount", "Trésorerie négative", "negative",
            figure="Trésorerie", css="hide-m"),
    Counter("echeance", "Prochaine échéance", "next_due_on", "date", "Échéances dépassées", "past",
            css="hide-x"),
    Counter("ecriture", "Dernière écriture", "last_entry_on", "date"),
    Counter("import", "Dernier import", "last_import_at", "date", "Jamais importé", "missing",
            figure="Jamais importés", is_column=False),
)  # fmt: skip

# How long ago the last entry was: key, label, from and until how many days.
AGES = (
    ("30", "moins de 30 jours", None, 30),
    ("90", "30 à 90 jours", 30, 90),
    ("plus", "plus de 90 jours", 90, None),
    ("aucune", "aucune écriture", None, None),
)


def by_key(key: str) -> Counter | None:
    """A counter by its name in addresses."""
    return next((counter for counter in COUNTERS if counter.key == key), None)


def columns() -> list[Counter]:
    """The counters that the list shows."""
    return [counter for counter in COUNTERS if counter.is_column]


def with_filter() -> list[Counter]:
    """The counters that « Plus de filtres » offers."""
    return [counter for counter in COUNTERS if counter.filter]


def of_age(key: str, today: dt.date, prefix: str = "") -> Q:
    """The dossiers whose last entry is that old; 30 days old is no longer « less than 30 »."""
    name = f"{prefix}last_entry_on"
    since, until = next((since, until) for other, _, since, until in AGES if other == key)
    if key == "aucune":
        return Q(**{f"{name}__isnull": True})
    kept = Q(**{f"{name}__isnull": False})
    if since is not None:
        kept &= Q(**{f"{name}__lte": today - dt.timedelta(days=since)})
    if until is not None:
        kept &= Q(**{f"{name}__gt": today - dt.timedelta(days=until)})
    return kept


def has_work(prefix: str = "") -> Q:
    """The dossiers where somebody must do something."""
    waiting = Q()
    for counter in COUNTERS:
        if counter.is_work:
            waiting |= counter.meets(prefix)
    return waiting
