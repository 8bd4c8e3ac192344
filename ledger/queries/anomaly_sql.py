"""The SQL that runs the rules over a year, with what was set aside told apart.

A hit is set aside while its amount and its entry's lines are those of the decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from clients.models import Dossier
from ledger.anomalies.statements import hits
from ledger.anomalies.thresholds import legal_rates, thresholds
from ledger.fec.generate.dates import is_holiday
from ledger.models import FiscalYear
from ledger.queries.years import DAY, Year, year_before

# Rules group and meet whole tables whose size the planner cannot know behind a wall: by hashes.
_PLAN = """
SELECT set_config('work_mem', '96MB', true), set_config('enable_nestloop', 'off', true),
       set_config('jit', 'off', true)
"""
_BACK = """
SELECT set_config('work_mem', %s, true), set_config('enable_nestloop', %s, true),
       set_config('jit', %s, true)
"""
_NOW = """
SELECT current_setting('work_mem'), current_setting('enable_nestloop'), current_setting('jit')
"""
# The lines of an entry as one short text: what a decision about it rests on.
FINGERPRINT = """(
    SELECT md5(string_agg(concat_ws('|', e.date, e.piece_ref, e.piece_date, e.file_validated_on,
        a.number, t.code, l.label, l.debit, l.credit), '~' ORDER BY l.line_no))
    FROM ledger_entry e
    JOIN ledger_entryline l ON l.dossier_id = e.dossier_id AND l.entry_id = e.id
    JOIN ledger_account a ON a.dossier_id = l.dossier_id AND a.id = l.account_id
    LEFT JOIN ledger_thirdparty t ON t.dossier_id = l.dossier_id AND t.id = l.third_party_id
    WHERE e.dossier_id = %(dossier)s AND e.id = OF.entry_id
)"""
# Every hit, with the decision that holds for it.
JUDGED = f"""
, kept AS (
    SELECT d.* FROM ledger_anomalydismissal d
    WHERE d.dossier_id = %(dossier)s AND d.year_end = %(end)s AND d.revoked_at IS NULL
      AND NOT d.is_whole
      AND (d.entry_id = 0 OR d.fingerprint = {FINGERPRINT.replace("OF.", "d.")})
),
judged AS (
    SELECT h.*, k.id AS kept_id, k.reason, k.created_by, k.created_at
    FROM hit h
    LEFT JOIN kept k ON k.rule = h.rule AND k.entry_id = h.entry_id AND k.line_no = h.line_no
        AND k.account = h.account AND k.third = h.third AND k.amount = h.amount
)
"""  # noqa: S608 (of constants)


@dataclass(frozen=True)
class Scene:
    """A year under review, and the year before it if the books have it."""

    dossier: Dossier
    year: Year
    before: Year | None

    @classmethod
    def of(cls, dossier: Dossier, year: Year, years: Iterable[Year]) -> Scene:
        """The scene of a year among those of its dossier."""
        return cls(dossier, year, year_before(list(years), year))

    def parameters(self) -> dict[str, Any]:
        """What the SQL of the rules names."""
        year = self.year
        return {
            **{code: one.value for code, one in thresholds(year.end).items()},
            "dossier": self.dossier.id,
            "year": year.id,
            "start": year.start,
            "end": year.end,
            "before": self.before.id if self.before else None,
            "is_shut": year.state != FiscalYear.State.OPEN,
            "rates": legal_rates(year.end),
            "holidays": self._holidays(),
        }

    def _holidays(self) -> list[Any]:
        days = (self.year.start + DAY * at for at in range((self.year.end - self.year.start).days))
        return [day for day in days if is_holiday(day)]


def judged(codes: Iterable[str]) -> str:
    """`WITH … judged` of these rules, to be followed by a SELECT."""
    return hits(codes) + JUDGED


def ask(sql: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a statement of the rules, planned for whole tables; the plan is put back."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        held = cursor.fetchone()
        cursor.execute(_PLAN)
        cursor.execute(sql, parameters)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        cursor.execute(_BACK, held)
        return rows


def read(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    """The rows of an ordinary statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
