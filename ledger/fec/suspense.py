"""Suspense accounts (471): they must be settled before a year is closed."""

from __future__ import annotations

from collections import Counter
from typing import Final

from ledger.fec.accounts import Account
from ledger.fec.columns import COMPTE_NUM
from ledger.fec.notes import Note, Notebook
from ledger.fec.registers import Registers
from ledger.fec.wording import euros

_SUSPENSE: Final = "471"


def judge_suspense(registers: Registers, notes: Notebook) -> None:
    """Write the suspense accounts that are not settled."""
    postings = registers.postings
    nets: Counter[int] = Counter()
    for posting, net in zip(postings.all, postings.net, strict=True):
        nets[posting.account.no] += net
    for account in registers.accounts.all:
        if account.number.startswith(_SUSPENSE) and nets[account.no]:
            _tell(account, nets[account.no], notes)


def _tell(account: Account, net: int, notes: Notebook) -> None:
    side = "débiteur" if net > 0 else "créditeur"
    message = f"Le compte d’attente {account.number} n’est pas soldé : {euros(abs(net))} {side}."
    note = Note(account.line, COMPTE_NUM, amount=net)
    notes.write("COMPTE_471_NON_SOLDE", message, note)
