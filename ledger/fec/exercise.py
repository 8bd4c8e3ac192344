"""Which accounting year a file covers: the dossier's, else the name's, unless the lines disagree.

interfaces.md: the exercise ends at the date in the name; it lasts twelve months, up to
twenty-four when an earlier line exists.  When more than half of the lines lie outside it, the name
is what is odd, and the exercise is taken from the lines.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.fec.notes import Note, Notebook
from ledger.fec.wording import counted, day

# An exercise may be taken for a long one when its last twelve months hold this share of it.
_RECENT_SHARE: Final = 0.25


@dataclass(frozen=True, slots=True)
class Exercise:
    """ISO dates, both included; an empty file has none."""

    start: str
    end: str

    def holds(self, iso: str) -> bool:
        """True when the day is in the exercise."""
        return self.start <= iso <= self.end


def settle_exercise(
    days: Mapping[str, int],
    openings: Mapping[str, int],
    *,
    given: tuple[date, date] | None,
    name_end: date | None,
    notes: Notebook,
) -> Exercise | None:
    """The exercise of a file whose lines fall on `days` (ISO date → lines).

    `openings` are the days of the opening journals; `given` the dossier's exercise.  None: no
    line has a date.
    """
    dated = {iso: count for iso, count in days.items() if "1900" <= iso < "2100"}
    expected = expected_exercise(given, name_end)
    if not dated:
        return expected
    if expected is None:
        return _extended(_fullest(dated, "12-31"), dated, openings, notes)
    if _fits(expected, dated, is_given=given is not None):
        if given is not None:
            return expected
        return _extended(expected, dated, openings, notes)
    found = _extended(_fullest(dated, expected.end[5:]), dated, openings, notes)
    _tell_odd(expected, found, dated, notes)
    return found


def expected_exercise(given: tuple[date, date] | None, name_end: date | None) -> Exercise | None:
    """The exercise that a file has unless its lines disagree; None when nothing tells."""
    return _of(given) or (_year_to(name_end.isoformat()) if name_end else None)


def _of(given: tuple[date, date] | None) -> Exercise | None:
    return given and Exercise(given[0].isoformat(), given[1].isoformat())


def _fits(expected: Exercise, days: Mapping[str, int], *, is_given: bool) -> bool:
    total = sum(days.values())
    inside = sum(count for iso, count in days.items() if expected.holds(iso))
    if is_given or 2 * inside >= total:
        return 2 * inside >= total
    oldest = Exercise(months_before(expected.end, 24), expected.end)
    in_two_years = sum(count for iso, count in days.items() if oldest.holds(iso))
    return 2 * in_two_years >= total and inside >= _RECENT_SHARE * total


def _extended(
    exercise: Exercise, days: Mapping[str, int], openings: Mapping[str, int], notes: Notebook
) -> Exercise:
    """A first exercise may last twenty-four months: it has no opening entries later on."""
    limit = months_before(exercise.end, 24)
    first = min((iso for iso in days if limit <= iso <= exercise.end), default=exercise.start)
    opened = min((iso for iso in openings if limit <= iso <= exercise.end), default="")
    if opened and opened <= exercise.start:
        first = opened
    if first >= exercise.start or opened > first:
        return exercise
    start = first[:8] + "01"
    message = (
        f"Des écritures remontent au {day(first)} : l’exercice est pris du {day(start)} au "
        f"{day(exercise.end)}, soit plus de douze mois."
    )
    notes.write("EXERCICE_LONG", message)
    return Exercise(start, exercise.end)


def _fullest(days: Mapping[str, int], end_of_year: str) -> Exercise:
    """The twelve months that hold the most lines; `MM-DD` is the end to prefer."""
    years = sorted({int(iso[:4]) for iso in days})
    wanted = [_year_to(_end(year, end_of_year)) for year in {*years, years[-1] + 1}]
    best = max(wanted, key=lambda one: (_held(one, days), one.end))
    if 10 * _held(best, days) >= 9 * sum(days.values()):
        return best
    months = {iso[:7] for iso in days}
    others = [_year_to(_end(int(month[:4]), f"{month[5:]}-31")) for month in months]
    return max((best, *others), key=lambda one: (_held(one, days), one is best, one.end))


def _held(exercise: Exercise, days: Mapping[str, int]) -> int:
    return sum(count for iso, count in days.items() if exercise.holds(iso))


def _tell_odd(
    expected: Exercise, found: Exercise, days: Mapping[str, int], notes: Notebook
) -> None:
    outside = sum(count for iso, count in days.items() if not expected.holds(iso))
    message = (
        f"{counted(outside, 'ligne')} sur {sum(days.values())} sont hors de l’exercice attendu "
        f"({day(expected.start)} au {day(expected.end)}) : l’exercice est pris des lignes, du "
        f"{day(found.start)} au {day(found.end)}. Vérifier la date du nom du fichier."
    )
    notes.write("EXERCICE_DIFFERENT", message, Note(old=expected.end, new=found.end))


def _end(year: int, month_day: str) -> str:
    """A day of a year, the last of its month when it falls after it."""
    month = int(month_day[:2])
    return f"{year:04d}-{month:02d}-{min(int(month_day[3:]), monthrange(year, month)[1]):02d}"


def _year_to(end: str) -> Exercise:
    return Exercise(months_before(end, 12), end)


def months_before(end: str, months: int) -> str:
    """The first day of the exercise of so many months that ends on `end`.

    Twelve months to 2025-12-31 begin on 2025-01-01, to 2025-06-15 on 2024-06-16.
    """
    last = date.fromisoformat(end)
    index = last.year * 12 + last.month - 1 - months
    year, month = divmod(index, 12)
    size = monthrange(year, month + 1)[1]
    if last.day >= monthrange(last.year, last.month)[1] or last.day >= size:
        year, month = divmod(index + 1, 12)
        return f"{year:04d}-{month + 1:02d}-01"
    return f"{year:04d}-{month + 1:02d}-{last.day + 1:02d}"
