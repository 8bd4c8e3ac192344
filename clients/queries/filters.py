"""What a list of clients may be narrowed to and put in order by, as an address says it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from clients.models import Dossier, DossierGrant
from clients.models.names import NameKey
from clients.queries import counters

LOCKS = (("posee", "posée"), ("absente", "absente"))
NOBODY = "aucun"
FEW = 200


@dataclass(frozen=True)
class Filters:
    """One list: which dossiers, in which order.  What is unknown in an address counts as absent."""

    search: str = ""
    counters: frozenset[str] = frozenset()
    age: str = ""
    lock: str = ""
    person: str = ""
    is_confidential: bool = False
    is_waiting: bool = False
    sort: str = "nom"
    today: dt.date = field(default_factory=timezone.localdate)

    @classmethod
    def read(cls, asked: Mapping[str, Any]) -> Filters:
        """The filters of a query string."""
        person, sort = str(asked.get("comptable", "")), str(asked.get("tri", "nom"))
        age, lock = str(asked.get("derniere", "")), str(asked.get("verrou", ""))
        return cls(
            search=str(asked.get("q", "")).strip()[:100],
            counters=frozenset(c.key for c in counters.with_filter() if asked.get(c.key) == "1"),
            age=age if age in {key for key, *_rest in counters.AGES} else "",
            lock=lock if lock in dict(LOCKS) else "",
            person=person if person == NOBODY or is_id(person) else "",
            is_confidential=asked.get("confidentiel") == "1",
            is_waiting=asked.get("travail") == "1",
            sort=sort if sort.removeprefix("-") in sorts() else "nom",
        )

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return self.is_counted or bool(self.person) or self.own() != Q()

    @property
    def is_counted(self) -> bool:
        """Whether counters must be read to know what is left out."""
        return self.counted() != Q()

    def own(self) -> Q:
        """The dossiers kept by what they are."""
        kept = matches(self.search)
        if self.lock:
            unlocked = Q(lock_date=None) | Q(lock_mode=Dossier.LockMode.NONE)
            kept &= unlocked if self.lock == "absente" else ~unlocked
        if self.is_confidential:
            kept &= Q(is_confidential=True)
        return kept

    def counted(self) -> Q:
        """The rows of `DossierStats` kept by what is in them."""
        kept = Q()
        for counter in counters.with_filter():
            if counter.key in self.counters:
                kept &= counter.meets()
        if self.is_waiting:
            kept &= counters.has_work()
        if self.age:
            kept &= counters.of_age(self.age, self.today)
        return kept

    @property
    def order(self) -> Order:
        """The order that `sort` asks for."""
        return Order(self.sort.removeprefix("-"), self.sort.startswith("-"))


def assignments() -> Any:
    """Grants of accountants that still last."""
    return DossierGrant.objects.lasting().filter(role=DossierGrant.Role.ASSIGNED)


def is_id(text: str) -> bool:
    """Whether a text can be an id of ours."""
    return text.isascii() and text.isdigit() and len(text) < 19


def matches(search: str) -> Q:
    """Dossiers by a part of their name, of their short name, or the start of their SIREN."""
    if not search:
        return Q()
    digits = "".join(search.split())
    by_siren = Q(siren__startswith=digits) if digits.isdigit() else Q()
    by_name = _Holds(F("name_key"), NameKey(Value(search)))
    return Q(by_name) | Q(slug__contains=search.lower()) | by_siren


class _Holds(Func):
    """Whether one text holds another."""

    template = "(strpos(%(expressions)s) > 0)"
    output_field = BooleanField()


class _Among(Func):
    """Whether a value is in an array, which travels as one parameter.

    `= ANY` of thousands of constants is weighed by the planner one by one; a sub-select is not.
    """

    template = "(%(expressions)s)))"
    arg_joiner = " IN (SELECT unnest("
    output_field = BooleanField()


def among(name: str, ids: Iterable[int]) -> Q:
    """Rows whose column is one of these ids, however many they are."""
    ids = list(ids)
    if len(ids) <= FEW:
        return Q(**{f"{name}__in": ids})
    known = Value(ids, output_field=ArrayField(BigIntegerField()))
    return Q(_Among(F(name), known))


@dataclass(frozen=True, slots=True)
class Order:
    """A column and a sense; `key` is one of `sorts()`."""

    key: str
    is_descending: bool

    @property
    def counter(self) -> counters.Counter | None:
        """The counter that rows are put in order by, if it is one."""
        return counters.by_key(self.key)

    @property
    def expression(self) -> Any:
        """What rows are compared by, never NULL: of `DossierStats` for a counter."""
        return OWN.get(self.key) or absent(self.key)

    def by(self, pk: str = "id") -> tuple[str, str]:
        """For `order_by`, on rows annotated with `sort_key`."""
        return ("-sort_key", f"-{pk}") if self.is_descending else ("sort_key", pk)

    def after(self, cursor: str, pk: str = "id") -> Q:
        """The rows that come after a cursor, `value~id`.

        Raises:
            ValueError: it is no cursor of this order.
        """
        value, _sep, last = cursor.rpartition("~")
        if not is_id(last):
            raise ValueError(cursor)
        sense = "lt" if self.is_descending else "gt"
        known = self._value(value)
        return Q(**{f"sort_key__{sense}": known}) | Q(
            **{"sort_key": known, f"{pk}__{sense}": int(last)}
        )

    def _value(self, text: str) -> Any:
        counter = counters.by_key(self.key)
        if self.key in DAYS or (counter and counter.kind == "date"):
            moment = dt.datetime.fromisoformat(text)
            return moment if "T" in text else moment.date()
        return int(text) if counter else text

    @staticmethod
    def cursor(sort_key: Any, pk: int) -> str:
        """Where a page ended."""
        is_day = isinstance(sort_key, dt.date)
        return f"{sort_key.isoformat() if is_day else sort_key}~{pk}"


DAYS = frozenset({"cree", "verrou"})


def absent(key: str, prefix: str = "") -> Coalesce:
    """A counter where an absent value comes first."""
    counter = next(counter for counter in counters.COUNTERS if counter.key == key)
    nothing = counter.nothing
    if counter.column.endswith("_at"):
        nothing = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
    return Coalesce(F(f"{prefix}{counter.column}"), Value(nothing))


OWN: dict[str, Any] = {
    "nom": F("name_key"),
    "siren": F("siren"),
    "cree": F("created_at"),
    "verrou": Coalesce(F("lock_date"), Value(dt.date(1900, 1, 1))),
}


def sorts() -> list[str]:
    """What a list may be put in order by."""
    return [*OWN, *(counter.key for counter in counters.COUNTERS)]
