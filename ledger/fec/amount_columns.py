"""The two amount columns of a batch: cents and sides, odd values settled one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import mul, sub
from typing import Final, NamedTuple

from ledger.fec.amounts import Amount, PlainCents, read_amount, side_sign
from ledger.fec.columns import CREDIT, DEBIT, SENS
from ledger.fec.notes import Note, Notebook
from ledger.fec.wording import comma, counted, quoted

_SENTENCES: Final = {
    "MONTANT_ILLISIBLE": "Le montant {old} n’est pas un nombre : le corriger à la source.",
    "MONTANT_AMBIGU": (
        "Le montant {old} est ambigu (point décimal ou séparateur de milliers ?) : le corriger à "
        "la source."
    ),
    "MONTANT_DECIMALES": "Le montant {old} a plus de deux décimales : le corriger à la source.",
    "MONTANT_SCIENTIFIQUE": (
        "Le montant {old} est en notation scientifique, que les tableurs arrondissent : redemander "
        "un fichier exporté sans tableur."
    ),
    "MONTANT_TROP_GRAND": "Le montant {old} compte plus de quinze chiffres : vérifier le fichier.",
    "MONTANT_POINT_DECIMAL": "Le montant {old} a un point décimal : il est lu {new}.",
    "MONTANT_MILLIERS": "Le montant {old} a des séparateurs de milliers : il est lu {new}.",
    "MONTANT_ZEROS": "Le montant {old} a plus de deux décimales, nulles : il est lu {new}.",
}

Muted = Callable[[int], bool]


class Amounts(NamedTuple):
    """Cents of a batch; `tainted` lines have an unreadable amount, `empty` ones none at all."""

    debits: list[int]
    credits: list[int]
    nets: list[int]
    tainted: frozenset[int]
    empty: frozenset[int]


class AmountColumns:
    """Reads Debit and Credit, or Montant and Sens; `debit` and `credit` sum them as they stand."""

    def __init__(self, notes: Notebook, *, signed: bool) -> None:
        self._notes = notes
        self._signed = signed
        self._plain = PlainCents()
        self.debit = 0
        self.credit = 0
        self.empty = 0
        self.empty_line: int | None = None

    def read(
        self, left: Sequence[str], right: Sequence[str], lines: Sequence[int], muted: Muted
    ) -> Amounts:
        """The amounts of a batch; `muted` tells the ranks of pieces left out."""
        tainted: set[int] = set()
        debits = self._cents(left, DEBIT, lines, muted, tainted)
        if self._signed:
            debits, credits = self._sided(debits, right, lines, muted, tainted)
        else:
            credits = self._cents(right, CREDIT, lines, muted, tainted)
        self.debit += sum(debits)
        self.credit += sum(credits)
        if any(map(mul, debits, credits)):
            self._net(debits, credits, lines, muted)
        nets = list(map(sub, debits, credits))
        empty = frozenset[int]()
        if 0 in nets:
            empty = frozenset(i for i, net in enumerate(nets) if not net and i not in tainted)
            self._count_empty(empty, lines)
        return Amounts(debits, credits, nets, frozenset(tainted), empty)

    def close(self) -> None:
        """Write what only the whole file tells."""
        if self.empty:
            message = f"{counted(self.empty, 'ligne')} sans montant : non reprise."
            if self.empty > 1:
                message = f"{counted(self.empty, 'ligne')} sans montant : non reprises."
            self._notes.write("LIGNE_A_ZERO", message, Note(self.empty_line))

    def _cents(
        self,
        zones: Sequence[str],
        column: int,
        lines: Sequence[int],
        muted: Muted,
        tainted: set[int],
    ) -> list[int]:
        """The cents of a column, the repair or fault of every odd zone written."""
        cents: list[int | None] = list(map(self._plain.__getitem__, zones))
        if None in cents:
            for i, value in enumerate(cents):
                if value is None:
                    cents[i] = self._odd(zones[i], column, lines[i], muted(i))
                    if cents[i] is None:
                        cents[i] = 0
                        tainted.add(i)
        return cents  # type: ignore[return-value]  # no None is left

    def _sided(
        self,
        values: list[int],
        right: Sequence[str],
        lines: Sequence[int],
        muted: Muted,
        tainted: set[int],
    ) -> tuple[list[int], list[int]]:
        """Montant on the side that Sens tells."""
        signs = list(map(side_sign, right))
        for i, sign in enumerate(signs):
            if sign is None:
                what = (
                    f"Le sens {quoted(right[i])} n’est"
                    if right[i].strip()
                    else "Sens est vide, il n’est"
                )
                message = f"{what} ni D, ni C, ni +1, ni -1 : le corriger à la source."
                note = Note(lines[i], SENS, right[i])
                self._notes.write("SENS_INVALIDE", message, note, muted=muted(i))
                tainted.add(i)
        debits = [v if sign == 1 else 0 for v, sign in zip(values, signs, strict=True)]
        credits = [v if sign == -1 else 0 for v, sign in zip(values, signs, strict=True)]
        return debits, credits

    def _odd(self, zone: str, column: int, line: int, muted: bool) -> int | None:
        read: Amount = read_amount(zone)
        old = zone.strip()
        if read.code is not None:
            new = None if read.cents is None else comma(read.cents)
            sentence = _SENTENCES[read.code].format(old=quoted(old), new=new)
            self._notes.write(read.code, sentence, Note(line, column, old, new), muted=muted)
        if read.cents is not None and read.cents < 0:
            message = f"Le montant {comma(read.cents)} est négatif : il est conservé tel quel."
            note = Note(line, column, old, amount=read.cents)
            self._notes.write("MONTANT_NEGATIF", message, note)
        return read.cents

    def _net(
        self, debits: list[int], credits: list[int], lines: Sequence[int], muted: Muted
    ) -> None:
        """Lines with both sides keep the difference, on its side."""
        for i, (debit, credit) in enumerate(zip(debits, credits, strict=True)):
            if debit and credit:
                net = debit - credit
                debits[i], credits[i] = (net, 0) if net > 0 else (0, -net)
                old = f"{comma(debit)} / {comma(credit)}"
                new = f"{comma(debits[i])} / {comma(credits[i])}"
                message = f"La ligne a un débit et un crédit ({old}) : leur différence est retenue."
                note = Note(lines[i], DEBIT, old, new, net)
                self._notes.write("MONTANT_DEUX_COTES", message, note, muted=muted(i))

    def _count_empty(self, empty: frozenset[int], lines: Sequence[int]) -> None:
        self.empty += len(empty)
        if empty and self.empty_line is None:
            self.empty_line = lines[min(empty)]
