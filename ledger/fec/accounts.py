"""The accounts that a FEC uses, and what is odd about them: numbers, labels, lengths."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from ledger.fec.columns import COMPTE_LIB, COMPTE_NUM
from ledger.fec.kinds import Kind, kind_of
from ledger.fec.notes import Note, Notebook
from ledger.fec.wording import counted, quoted

NUMBER_MAX: Final = 60
LABEL_MAX: Final = 300
# Mixed lengths are worth a word only when the other lengths are exceptions.
_USUAL_SHARE: Final = 0.5


@dataclass(slots=True)
class Labels:
    """The labels under which one thing goes by; the latest by date is the one to keep."""

    first: str
    first_line: int
    others: dict[str, int] = field(default_factory=dict)
    chosen: str = ""

    def meet(self, label: str, line: int) -> bool:
        """Take in a label; True when it differs from the first one."""
        if not label or label == self.first:
            return False
        if not self.first:
            self.first = label
            return False
        self.others.setdefault(label, line)
        return True

    @property
    def kept(self) -> str:
        """The label to show: the latest by date, else the only one."""
        return self.chosen or self.first


@dataclass(slots=True, eq=False)
class Account:
    """One account; `no` is its rank in the artefacts, `kind` its part in the shape of entries."""

    no: int
    number: str
    line: int
    kind: Kind
    labels: Labels


class Accounts:
    """Accounts by number, in order of appearance.

    `mapped` gives the account that a person chose instead of another: old → (new, label).
    """

    def __init__(self, notes: Notebook, mapped: dict[str, tuple[str, str | None]]) -> None:
        self._notes = notes
        self._mapped = mapped
        self._by_number: dict[str, Account] = {}
        self._told: set[str] = set()
        self.all: list[Account] = []

    def __len__(self) -> int:
        return len(self.all)

    def meet(self, number: str, label: str, line: int) -> Account:
        """The account of a line, made on first sight."""
        if number in self._mapped:
            number, label = self._replaced(number, line)
        account = self._by_number.get(number)
        if account is None:
            account = self._added(number, label, line)
        else:
            account.labels.meet(label, line)
        return account

    def refuse(self, account: Account, line: int) -> None:
        """Say once that a number is no account: a person must name the one to use instead."""
        if account.number not in self._told:
            self._told.add(account.number)
            self._tell_invalid(account.number, account.labels.first, line)

    def close(self) -> None:
        """Write what only the whole file tells."""
        for account in self.all:
            if account.labels.others:
                self._tell_labels(account)
        self._tell_lengths()

    def _replaced(self, old: str, line: int) -> tuple[str, str]:
        new, new_label = self._mapped[old]
        if old not in self._told:
            self._told.add(old)
            message = f"Le compte {quoted(old)} est remplacé par le compte {quoted(new)}."
            note = Note(line, COMPTE_NUM, old, new)
            self._notes.write("COMPTE_ASSOCIE", message, note)
        # Without a label of its own, the account takes the one that other lines give it.
        return new, new_label or ""

    def _added(self, number: str, label: str, line: int) -> Account:
        kind = kind_of(number) if _is_valid(number) else Kind.INVALID
        account = Account(len(self.all) + 1, number, line, kind, Labels(label, line))
        self._by_number[number] = account
        self.all.append(account)
        return account

    def _tell_invalid(self, number: str, label: str, line: int) -> None:
        note = Note(line, COMPTE_NUM, number, settle="account")
        if not number:
            message = "Le numéro de compte est vide : indiquer le compte à retenir."
            self._notes.write("COMPTE_VIDE", message, note)
            return
        if len(number) > NUMBER_MAX:
            message = f"Le compte {quoted(number)} dépasse {NUMBER_MAX} caractères."
            self._notes.write("VALEUR_TROP_LONGUE", message, note)
            return
        message = (
            f"Le compte {quoted(number)} ({label or 'sans intitulé'}) ne commence pas par trois "
            "chiffres : choisir le compte du plan comptable à lui associer."
        )
        self._notes.write("COMPTE_NON_NUMERIQUE", message, note)

    def _tell_labels(self, account: Account) -> None:
        labels = account.labels
        names = [labels.first, *labels.others]
        listed = ", ".join(map(quoted, names[:3])) + ("…" if len(names) > 3 else "")
        message = (
            f"Le compte {account.number} porte {counted(len(names), 'intitulé')} : {listed} ; "
            f"le plus récent est retenu : {quoted(labels.kept)}."
        )
        replaced = next(name for name in names if name != labels.kept)
        note = Note(min(labels.others.values()), COMPTE_LIB, replaced, labels.kept)
        self._notes.write("COMPTE_LIBELLES_MULTIPLES", message, note)

    def _tell_lengths(self) -> None:
        plain = [account for account in self.all if account.number.isdecimal()]
        lengths = Counter(len(account.number) for account in plain)
        if len(lengths) < 2:
            return
        usual, count = max(lengths.items(), key=lambda item: (item[1], item[0]))
        if count <= _USUAL_SHARE * len(plain):
            return
        odd = [account for account in plain if len(account.number) != usual]
        shorter = next((one for one in odd if len(one.number) < usual), None)
        example = (
            f" (par exemple {shorter.number} en {shorter.number.ljust(usual, '0')})"
            if shorter
            else ""
        )
        lack = "n’a pas" if len(odd) == 1 else "n’ont pas"
        message = (
            f"{counted(len(odd), 'compte')} sur {len(plain)} {lack} {usual} chiffres : "
            f"les compléter par des zéros est possible{example}, jamais automatique."
        )
        self._notes.write("COMPTE_LONGUEURS", message, Note(odd[0].line, COMPTE_NUM))


def _is_valid(number: str) -> bool:
    """XSD of A47 A-1: three digits first; a number that spreadsheets mangled has other signs."""
    return (
        len(number) <= NUMBER_MAX
        and len(number) >= 3
        and number[:3].isdecimal()
        and number.isascii()
    )
