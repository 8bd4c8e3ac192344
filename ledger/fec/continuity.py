"""Does this year follow from the year before, month after month? (feature B1)

Opening balances are held against the closing ones per account; the result of the year before must
be carried to 12.  Trailing zeros of a number do not count: 401 and 401000 are one account.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ledger.fec.columns import COMPTE_NUM, ECRITURE_DATE
from ledger.fec.exercise import Exercise
from ledger.fec.notes import Note, Notebook
from ledger.fec.openings import Openings
from ledger.fec.wording import counted, euros

_CARRIED: Final = "12345"
_CLOSED: Final = "67"
_RESULT: Final = "12"
# A hole in a file of a few months says nothing.
_MONTHS: Final = 6


def judge_openings(
    openings: Openings,
    closing: Mapping[str, int],
    closing_lines: Mapping[str, int],
    notes: Notebook,
) -> None:
    """Hold the openings against the closing of the year before.

    `closing` maps account numbers to signed cents (debit positive), charges and income included;
    `closing_lines` to a line of that year's file, as far as it is known.
    """
    if not openings.accounts:
        if any(closing.values()):
            message = "Le fichier n’a pas d’à-nouveaux, alors que l’exercice N-1 a une clôture."
            notes.write("AN_DIFFERENT_N1", message)
        return
    before = _by_root(closing.items())
    now = _by_root((number, carried.net) for number, carried in openings.accounts.items())
    names = {_root(number): number for number in (*closing, *openings.accounts)}
    for root in sorted({*before, *now}):
        expected, found = before.get(root, 0), now.get(root, 0)
        if expected != found:
            _tell_difference(
                names[root], openings, closing_lines, notes, expected=expected, found=found
            )
    _judge_result(openings, closing, notes)


def judge_months(days: Iterable[str], exercise: Exercise | None, notes: Notebook) -> None:
    """Write the months without any entry between the first and the last one of the exercise."""
    if exercise is None:
        return
    months = sorted({_month(iso) for iso in days if exercise.holds(iso)})
    if len(months) < _MONTHS:
        return
    missing = sorted(set(range(months[0], months[-1] + 1)) - set(months))
    if missing:
        listed = ", ".join(f"{one % 12 + 1:02d}/{one // 12}" for one in missing)
        message = f"{counted(len(missing), 'mois', 'mois')} sans aucune écriture : {listed}."
        notes.write("MOIS_SANS_ECRITURE", message, Note(column=ECRITURE_DATE))


def _month(iso: str) -> int:
    return int(iso[:4]) * 12 + int(iso[5:7]) - 1


def _root(number: str) -> str:
    return number.rstrip("0") if number.isdecimal() else number


def _by_root(balances: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Balances of the accounts that are carried over, the result's excepted."""
    found: dict[str, int] = {}
    for number, net in balances:
        if number[:1] and number[0] in _CARRIED and not number.startswith(_RESULT):
            found[_root(number)] = found.get(_root(number), 0) + net
    return found


def _tell_difference(
    number: str,
    openings: Openings,
    closing_lines: Mapping[str, int],
    notes: Notebook,
    *,
    expected: int,
    found: int,
) -> None:
    roots = {_root(one): carried.line for one, carried in openings.accounts.items()}
    line = roots.get(_root(number))
    here = f"ligne {line}" if line else "aucune ligne"
    same = next((one for one in closing_lines if _root(one) == _root(number)), "")
    there = closing_lines.get(same)
    before = f", ligne {there} du fichier N-1" if there else ""
    message = (
        f"Compte {number} : à-nouveau de {_sided(found)} ({here}), clôture N-1 de "
        f"{_sided(expected)}{before}. Écart de {euros(abs(found - expected))}."
    )
    note = Note(line, COMPTE_NUM, euros(expected), euros(found), found - expected)
    notes.write("AN_DIFFERENT_N1", message, note)


def _judge_result(openings: Openings, closing: Mapping[str, int], notes: Notebook) -> None:
    expected = sum(
        net
        for number, net in closing.items()
        if number[:1] and (number[0] in _CLOSED or number.startswith(_RESULT))
    )
    lines = [c.line for number, c in openings.accounts.items() if number.startswith(_RESULT)]
    found = sum(c.net for number, c in openings.accounts.items() if number.startswith(_RESULT))
    if expected != found:
        message = (
            f"Le résultat N-1 ({_sided(expected)}) n’est pas reporté en compte 12 : les à-nouveaux "
            f"y portent {_sided(found)}."
        )
        note = Note(min(lines, default=None), COMPTE_NUM, amount=found - expected)
        notes.write("RESULTAT_NON_REPORTE", message, note)


def _sided(cents: int) -> str:
    if not cents:
        return euros(0)
    return f"{euros(abs(cents))} {'au débit' if cents > 0 else 'au crédit'}"
