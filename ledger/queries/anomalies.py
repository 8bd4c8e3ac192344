"""The anomalies of a year: how many by rule, and the hits of one rule, page by page.

Nothing is stored: each page runs the rules it shows.  Amounts are cents, without sign.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from firm.errors import NotFound
from firm.models import User
from ledger.anomalies.catalogue import Rule, rules
from ledger.models import AnomalyDismissal
from ledger.queries import cursors
from ledger.queries.anomaly_sql import Scene, ask, judged, read

PAGE = 50
OPEN, DISMISSED = "ouvertes", "ecartees"
SORTS = {"montant": "amount", "date": "date"}

_COUNTS = """
SELECT rule, count(*) AS hits, sum(amount)::bigint AS amount,
       count(kept_id) AS kept, coalesce(sum(amount) FILTER (WHERE kept_id IS NOT NULL), 0)::bigint
       AS kept_amount
FROM judged GROUP BY rule
"""
_PAGE = """
, dated AS (
    SELECT j.*, coalesce((SELECT e.date FROM ledger_entry e
                          WHERE e.dossier_id = %(dossier)s AND e.id = j.entry_id),
                         %(end)s::date) AS date
    FROM judged j WHERE WANTED
),
tally AS (SELECT count(*) AS total, coalesce(sum(amount), 0)::bigint AS total_amount FROM dated),
page AS (
    SELECT * FROM dated WHERE AFTER
    ORDER BY SORT WAY, entry_id, line_no, account, third LIMIT %(limit)s
)
SELECT p.*, t.total, t.total_amount FROM tally t LEFT JOIN page p ON true
ORDER BY p.SORT WAY, p.entry_id, p.line_no, p.account, p.third
"""
# What some hits point to, by their rank: read by keys.
_SHOWN = """
SELECT j.code, e.number, e.piece_ref, coalesce(nullif(l.label, ''), e.label, ''), la.number,
       coalesce(la.label, ba.label, '') AS account,
       coalesce(lt.label, bt.label, '') AS third
FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[])
     WITH ORDINALITY AS h (entry_id, line_no, account, third, rank)
LEFT JOIN ledger_entry e ON e.dossier_id = %s AND e.id = h.entry_id
LEFT JOIN ledger_journal j ON j.dossier_id = e.dossier_id AND j.id = e.journal_id
LEFT JOIN ledger_entryline l ON l.dossier_id = e.dossier_id AND l.entry_id = e.id
    AND l.line_no = h.line_no
LEFT JOIN ledger_account la ON la.dossier_id = l.dossier_id AND la.id = l.account_id
LEFT JOIN ledger_thirdparty lt ON lt.dossier_id = l.dossier_id AND lt.id = l.third_party_id
LEFT JOIN ledger_account ba ON ba.dossier_id = %s AND ba.number = h.account
LEFT JOIN ledger_thirdparty bt ON bt.dossier_id = %s AND bt.code = h.third
    AND bt.role = CASE WHEN h.account ^@ '41' THEN 'customer' ELSE 'supplier' END
ORDER BY h.rank
"""


@dataclass(frozen=True, slots=True)
class RuleCount:
    """What a rule finds: `hits` still open, `kept` set aside one by one; `whole` sets all aside."""

    rule: Rule
    hits: int
    amount: int
    kept: int
    kept_amount: int
    whole: AnomalyDismissal | None = None

    @property
    def is_clean(self) -> bool:
        """Whether nothing remains to be looked at."""
        return not self.hits


class Shown(NamedTuple):
    """What a hit points to, in the books' own words; `line_account` is that of its line."""

    journal: str
    number: str
    piece_ref: str
    label: str
    line_account: str
    account_label: str
    third_label: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found; `account` and `third` name a balance."""

    rule: str
    entry_id: int
    line_no: int
    account: str
    third: str
    amount: int
    date: dt.date
    shown: Shown
    kept_id: int | None
    reason: str
    kept_by: str
    kept_at: dt.datetime | None

    @property
    def key(self) -> str:
        """What names the hit within its rule and year."""
        return "~".join((str(self.entry_id), str(self.line_no), self.account, self.third))


@dataclass(frozen=True, slots=True)
class HitPage:
    """Some hits in order; `total` and `amount` of the whole set, `after` the next page's cursor."""

    hits: list[Hit]
    total: int
    amount: int
    after: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which hits of a rule, and in which order; `sort` is a key of `SORTS`, `-` for descending."""

    shown: str = OPEN
    sort: str = "-montant"
    limit: int = PAGE


def counts(scene: Scene, codes: Iterable[str] | None = None) -> list[RuleCount]:
    """Every rule with what it finds, in the order of the catalogue; in two queries."""
    wanted = list(codes or rules())
    found = {row["rule"]: row for row in ask(judged(wanted) + _COUNTS, scene.parameters())}
    whole = whole_rules(scene)
    return [_count(rules()[code], found.get(code), whole.get(code)) for code in wanted]


def _count(rule: Rule, row: dict[str, Any] | None, whole: AnomalyDismissal | None) -> RuleCount:
    if row is None:
        return RuleCount(rule, 0, 0, 0, 0, whole)
    if whole:
        return RuleCount(rule, 0, 0, row["hits"], row["amount"], whole)
    return RuleCount(
        rule, row["hits"] - row["kept"], row["amount"] - row["kept_amount"], row["kept"],
        row["kept_amount"],
    )  # fmt: skip


def whole_rules(scene: Scene) -> dict[str, AnomalyDismissal]:
    """The rules set aside as a whole for the year, in one query."""
    found = AnomalyDismissal.objects.filter(
        dossier=scene.dossier, year_end=scene.year.end, is_whole=True, revoked_at=None
    )
    return {one.rule: one for one in found}


def rule_named(code: str) -> Rule:
    """A rule by its code.

    Raises:
        NotFound: no rule has it.
    """
    if code not in rules():
        raise NotFound("Cette règle n’existe pas. Choisissez-la dans la liste des anomalies.")
    return rules()[code]


def hit_page(scene: Scene, rule: Rule, wanted: Wanted, cursor: str = "") -> HitPage:
    """Hits of a rule; in four queries: decisions, hits, what they point to, who set some aside."""
    column = SORTS.get(wanted.sort.removeprefix("-"), "amount")
    way = "DESC" if wanted.sort.startswith("-") else "ASC"
    about = f"anomalies/{rule.code}/{wanted.shown}/{wanted.sort}"
    place = cursors.unpack(about, cursor, 5)
    parameters = {**scene.parameters(), "limit": wanted.limit + 1}
    after = "true"
    if place:
        op = "<" if way == "DESC" else ">"
        after = (
            f"({column} {op} %(at)s OR {column} = %(at)s"
            " AND (entry_id, line_no, account, third) > (%(e)s, %(l)s, %(a)s, %(t)s))"
        )
        at = dt.date.fromisoformat(place[0]) if column == "date" else int(place[0])
        parameters |= dict(zip("elat", (int(place[1]), int(place[2]), *place[3:]), strict=True))
        parameters["at"] = at
    sql = _rows(_wanted(scene, rule, wanted.shown), after, column, way)
    rows = ask(judged([rule.code]) + sql, parameters)
    shown = [row for row in rows if row["rule"] is not None]
    last = shown[wanted.limit - 1] if len(shown) > wanted.limit else None
    return HitPage(
        _hits(scene, shown[: wanted.limit]), rows[0]["total"], rows[0]["total_amount"],
        cursors.pack(about, last[column], last["entry_id"], last["line_no"], last["account"],
                     last["third"]) if last else "",
    )  # fmt: skip


def _wanted(scene: Scene, rule: Rule, shown: str) -> str:
    if rule.code in whole_rules(scene):
        return "true" if shown == DISMISSED else "false"
    return "kept_id IS NOT NULL" if shown == DISMISSED else "kept_id IS NULL"


def _rows(wanted: str, after: str, column: str, way: str) -> str:
    return (
        _PAGE.replace("WANTED", wanted)
        .replace("AFTER", after)
        .replace("SORT", column)
        .replace("WAY", way)
    )


def _hits(scene: Scene, rows: Sequence[dict[str, Any]]) -> list[Hit]:
    people = User.objects.in_bulk({row["created_by"] for row in rows if row["created_by"]})
    keys = [[row[name] for row in rows] for name in ("entry_id", "line_no", "account", "third")]
    shown = read(_SHOWN, [*keys, *[scene.dossier.id] * 3]) if rows else []
    return [
        Hit(
            row["rule"], row["entry_id"], row["line_no"], row["account"], row["third"],
            row["amount"], row["date"], Shown(*(text or "" for text in texts)), row["kept_id"],
            row["reason"] or "", str(people.get(row["created_by"], "")), row["created_at"],
        )
        for row, texts in zip(rows, shown, strict=True)
    ]  # fmt: skip
