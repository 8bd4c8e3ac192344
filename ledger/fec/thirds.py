"""The third parties (tiers) of a FEC: who stands behind the 40x and 41x accounts.

Key: side and auxiliary number.  A supplier and a customer of the same number are two third
parties until a person merges them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ledger.fec.accounts import Account, Labels
from ledger.fec.columns import COMP_AUX_LIB, COMP_AUX_NUM, COMPTE_NUM
from ledger.fec.notes import Note, Notebook
from ledger.fec.wording import counted, quoted

Role = Literal["customer", "supplier"]

CODE_MAX: Final = 100
GENERIC: Final = "Divers"

_ROLES: Final[dict[str, Role]] = {"40": "supplier", "41": "customer"}
# Collective accounts that, alone, still mean somebody.
_ROOTS: Final = frozenset(("401", "404", "411", "416"))
# 401100 and 411700 are subdivisions of the PCG; 40100012 is somebody.
_SUBDIVISION: Final = 2


@dataclass(slots=True, eq=False)
class ThirdParty:
    """A customer or a supplier; `is_derived`: read in the account number, not in CompAuxNum."""

    no: int
    role: Role
    code: str
    labels: Labels
    account: Account
    is_derived: bool = False
    is_generic: bool = False

    @property
    def label(self) -> str:
        """The name to show: a derived third party goes by the label of its account."""
        if self.is_generic:
            return GENERIC
        if self.is_derived:
            return self.account.labels.kept or self.code
        return self.labels.kept or self.code


class ThirdParties:
    """Third parties by (role, code), in order of appearance."""

    def __init__(self, notes: Notebook) -> None:
        self._notes = notes
        self._by_key: dict[tuple[Role, str], ThirdParty] = {}
        self._by_account: dict[str, ThirdParty] = {}
        self._deduced = 0
        self._deduced_line = 0
        self._told: set[str] = set()
        self.all: list[ThirdParty] = []

    def __len__(self) -> int:
        return len(self.all)

    def count(self, role: Role) -> int:
        """How many third parties play a role."""
        return sum(third.role == role for third in self.all)

    def meet(self, account: Account, code: str, label: str, line: int) -> ThirdParty | None:
        """The third party behind a line; None on accounts that name nobody.

        `code` and `label` are CompAuxNum and CompAuxLib.
        """
        role = _ROLES.get(account.number[:2])
        if code:
            if role is None:
                self._tell_elsewhere(account, code, line)
                return None
            return self._named(role, account, code, label, line)
        if label:
            self._tell_label_alone(account, label, line)
        if role is None or account.number[:3] not in _ROOTS:
            return None
        return self._derive(role, account, line)

    def close(self) -> None:
        """Write what only the whole file tells."""
        for third in self.all:
            if third.labels.others:
                self._tell_labels(third)
            if third.is_derived:
                self._name_apart(third)
        if self._deduced:
            message = (
                f"{counted(self._deduced, 'tiers', 'tiers')} : le code du tiers est dans le numéro "
                "de compte (401ABC) et non dans CompAuxNum ; il en est déduit."
            )
            note = Note(self._deduced_line, COMPTE_NUM)
            self._notes.write("TIERS_DEDUIT", message, note)

    def _named(self, role: Role, account: Account, code: str, label: str, line: int) -> ThirdParty:
        third = self._by_key.get((role, code))
        if third is None:
            third = self._by_key[role, code] = self._added(role, code, label, account, line)
            if not label:
                message = (
                    f"L’auxiliaire {quoted(code)} n’a pas de libellé : son numéro le remplace."
                )
                self._notes.write("AUX_SANS_LIBELLE", message, Note(line, COMP_AUX_LIB))
            if len(code) > CODE_MAX:
                message = f"L’auxiliaire {quoted(code)} dépasse {CODE_MAX} caractères."
                self._notes.write("VALEUR_TROP_LONGUE", message, Note(line, COMP_AUX_NUM, code))
        else:
            third.labels.meet(label, line)
            if third.account.number[:3] in ("408", "409", "418", "419"):
                third.account = account
        return third

    def _derive(self, role: Role, account: Account, line: int) -> ThirdParty:
        """401ABC is the supplier ABC; 401000 and its like are « Divers »."""
        known = self._by_account.get(account.number)
        if known is not None:
            return known
        suffix = account.number[3:]
        third = self._added(role, suffix, "", account, line)
        third.is_derived = True
        third.is_generic = not suffix.strip("0") or (
            suffix.isdecimal() and len(suffix.rstrip("0")) <= _SUBDIVISION
        )
        if third.is_generic:
            third.code = account.number
        elif not suffix.isdecimal():
            self._deduced += 1
            self._deduced_line = self._deduced_line or line
        self._by_account[account.number] = third
        return third

    def _added(self, role: Role, code: str, label: str, account: Account, line: int) -> ThirdParty:
        third = ThirdParty(len(self.all) + 1, role, code, Labels(label, line), account)
        self.all.append(third)
        return third

    def _name_apart(self, third: ThirdParty) -> None:
        """A code read in an account number gives way to the same one in CompAuxNum."""
        if (third.role, third.code) in self._by_key:
            third.code = third.account.number
        while (third.role, third.code) in self._by_key:
            third.code += "*"

    def _tell_elsewhere(self, account: Account, code: str, line: int) -> None:
        if account.number in self._told:
            return
        self._told.add(account.number)
        if not account.number:
            return
        message = (
            f"Le compte {account.number} porte un auxiliaire ({quoted(code)}), réservé aux comptes "
            "40 et 41 : il est conservé sans créer de tiers."
        )
        self._notes.write("AUX_HORS_TIERS", message, Note(line, COMP_AUX_NUM, code))

    def _tell_label_alone(self, account: Account, label: str, line: int) -> None:
        message = (
            f"CompAuxLib ({quoted(label)}) est rempli sans CompAuxNum sur le compte "
            f"{account.number} : le libellé est conservé."
        )
        self._notes.write("AUX_LIBELLE_SEUL", message, Note(line, COMP_AUX_LIB, label))

    def _tell_labels(self, third: ThirdParty) -> None:
        labels = third.labels
        names = [labels.first, *labels.others]
        listed = ", ".join(map(quoted, names[:3])) + ("…" if len(names) > 3 else "")
        message = (
            f"Le tiers {third.code} porte {counted(len(names), 'nom')} : {listed} ; "
            f"le plus récent est retenu : {quoted(labels.kept)}."
        )
        replaced = next(name for name in names if name != labels.kept)
        note = Note(min(labels.others.values()), COMP_AUX_LIB, replaced, labels.kept)
        self._notes.write("TIERS_LIBELLES_MULTIPLES", message, note)
