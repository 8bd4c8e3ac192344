"""Pairs that may be one item twice: marks on the rows of a list, a filter, the pairs to settle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from firm.errors import NotFound
from ledger.models import BankTransaction, DuplicateFlag, Invoice
from ledger.queries.duplicate_reasons import sentences, source_label

PAGE = 100
MODELS: dict[str, Any] = {
    DuplicateFlag.Kind.INVOICE: Invoice,
    DuplicateFlag.Kind.TRANSACTION: BankTransaction,
}


@dataclass(frozen=True)
class Mark:
    """What a row's badge says: how many others it may be, the first pair, and why."""

    pair: int
    kind: str
    count: int
    reasons: list[str]


@dataclass
class PairPage:
    """Pairs to settle, oldest first, with both items; `next` is the cursor, `total` of them all."""

    pairs: list[DuplicateFlag]
    next: str
    total: int
    counts: dict[str, int] = field(default_factory=dict)


def open_flags(kind: str) -> QuerySet[DuplicateFlag]:
    """The pairs of a kind that nobody dismissed, both items live."""
    live = MODELS[kind].objects.exclude(booking="archived")
    return DuplicateFlag.objects.filter(
        Exists(live.filter(pk=OuterRef("first_id"))),
        Exists(live.filter(pk=OuterRef("second_id"))),
        kind=kind,
    ).exclude(state=DuplicateFlag.State.DISMISSED)


def mark(rows: Sequence[Any]) -> None:
    """Give each invoice, or each bank transaction, of a page its `duplicate`: a Mark or None.

    One query, none for an empty page; all rows are of one kind.
    """
    if not rows:
        return
    kind = _kind_of(type(rows[0]))
    ids = [row.id for row in rows]
    met: dict[int, list[DuplicateFlag]] = {}
    touching = Q(first_id__in=ids) | Q(second_id__in=ids)
    for flag in open_flags(kind).filter(touching).order_by("id"):
        for side in (flag.first_id, flag.second_id):
            met.setdefault(side, []).append(flag)
    for row in rows:
        flags = met.get(row.id)
        row.duplicate = Mark(flags[0].id, kind, len(flags), sentences(flags[0])) if flags else None


def only_duplicates(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows of a list (« doublons ») that are in an open pair."""
    return rows.filter(is_in_open_pair(rows.model))


def is_in_open_pair(model: type[Any]) -> Q:
    """Whether a row of these is one side of a pair that nobody has settled."""
    flags = open_flags(_kind_of(model))
    return Q(Exists(flags.filter(first_id=OuterRef("pk")))) | Q(
        Exists(flags.filter(second_id=OuterRef("pk")))
    )


def open_pairs(kind: str, after: str = "") -> PairPage:
    """A page of the pairs to settle, with their items; five queries whatever their number."""
    counts = {each: open_flags(each).count() for each in MODELS}
    rows = open_flags(kind).order_by("id")
    if after.isdigit():
        rows = rows.filter(id__gt=int(after))
    found = list(rows[: PAGE + 1])
    cursor = str(found[PAGE - 1].id) if len(found) > PAGE else ""
    return PairPage(with_items(kind, found[:PAGE]), cursor, counts[kind], counts)


def one_pair(flag_id: int) -> DuplicateFlag:
    """A pair with both items, settled or not; two queries.

    Raises:
        NotFound: no such pair, or one of its items is gone for good.
    """
    flag: DuplicateFlag | None = DuplicateFlag.objects.filter(pk=flag_id).first()
    if flag is None or not with_items(flag.kind, [flag]):
        raise NotFound("Cette paire n’existe plus : l’un des deux éléments a été supprimé.")
    return flag


def neighbours(flag: DuplicateFlag) -> tuple[int | None, int | None]:
    """The open pairs just before and after this one; two queries."""
    rows = open_flags(flag.kind)
    before = rows.filter(id__lt=flag.id).order_by("-id").values_list("id", flat=True).first()
    after = rows.filter(id__gt=flag.id).order_by("id").values_list("id", flat=True).first()
    return before, after


def with_items(kind: str, flags: Iterable[DuplicateFlag]) -> list[DuplicateFlag]:
    """The pairs whose items exist, with `first`, `second` and their `sentences`; one query."""
    wanted = list(flags)
    ids = {pk for flag in wanted for pk in (flag.first_id, flag.second_id)}
    joined = ("third_party", "document", "entry") + (
        ("bank_account",) if kind == DuplicateFlag.Kind.TRANSACTION else ()
    )
    items = {row.id: row for row in MODELS[kind].objects.filter(pk__in=ids).select_related(*joined)}
    out = []
    for flag in wanted:
        first, second = items.get(flag.first_id), items.get(flag.second_id)
        if first and second:
            flag.first, flag.second, flag.sentences = first, second, sentences(flag)  # type: ignore[attr-defined]
            flag.origins = _origins(first, second)  # type: ignore[attr-defined]
            out.append(flag)
    return out


def _origins(first: Any, second: Any) -> str:
    one, other = source_label(first.source), source_label(second.source)
    return one if one == other else f"{one}, {other}"


def _kind_of(model: Any) -> str:
    return next(kind for kind, each in MODELS.items() if each is model)
