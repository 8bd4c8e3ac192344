"""The ledger of the invented books: numbers entries, builds their records, keeps every total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.fec.generate.chart import label as account_label
from ledger.fec.generate.parties import Party
from ledger.fec.generate.truth import AccountTruth, BankTruth, JournalTruth, LetteringTruth
from ledger.fec.write import Record

# account, third party, cents (debit positive), lettering code, lettering date
Line = tuple["Account", "Party | None", int, str, "date | None"]

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PAIRS: Final = [first + second for first in _LETTERS for second in _LETTERS]


@dataclass(slots=True, eq=False)
class Account:
    """One account and what has been posted to it."""

    number: str
    label: str
    lines: int = 0
    debit: int = 0
    credit: int = 0

    @property
    def balance(self) -> int:
        """Cents, debit positive."""
        return self.debit - self.credit


@dataclass(slots=True, eq=False)
class Journal:
    """One journal; `number` is that of its last entry."""

    code: str
    label: str
    number: int = 0
    lines: int = 0
    debit: int = 0


class Books:
    """Where every entry goes.  `date` and `valid` hold for the entries of the moment."""

    def __init__(self, start: date, *, suffix: str) -> None:
        self.date = start
        self.valid: date | None = start
        self.lines = 0
        self.accounts: dict[str, Account] = {}
        self.letterings = LetteringTruth()
        self._codes = 0
        self._suffix = suffix
        self._opening_bank: dict[str, tuple[int, int, int]] = {}
        self.opening = Journal("AN", "À nouveaux")
        self.purchases = Journal("AC", "Achats")
        self.sales = Journal("VE", "Ventes")
        self.bank = Journal("BQ", "Banque de l'Estuaire")
        self.second_bank = Journal("B2", "Caisse mutuelle des Vallées")
        self.cash = Journal("CA", "Caisse")
        self.payroll = Journal("PA", "Paie")
        self.misc = Journal("OD", "Opérations diverses")

    @property
    def journals(self) -> tuple[Journal, ...]:
        """All journals, the opening first."""
        return (
            self.opening,
            self.purchases,
            self.sales,
            self.bank,
            self.second_bank,
            self.cash,
            self.payroll,
            self.misc,
        )

    def account(self, number: str) -> Account:
        """The account of a number, opened on first use."""
        account = self.accounts.get(number)
        if account is None:
            account = self.accounts[number] = Account(number, account_label(number))
        return account

    def balance(self, number: str) -> int:
        """Cents, debit positive; zero for an account never used."""
        account = self.accounts.get(number)
        return account.balance if account else 0

    def new_code(self) -> int:
        """The rank of a lettering code that no other group of the file has."""
        self._codes += 1
        return self._codes

    def entry(
        self,
        journal: Journal,
        ref: str,
        label: str,
        lines: Sequence[Line],
        *,
        piece_date: date | None = None,
    ) -> list[Record]:
        """Number and post one balanced entry; its records, in legal order."""
        journal.number += 1
        code, library, number = journal.code, journal.label, str(journal.number)
        day, valid = self.date, self.valid
        piece_day = piece_date or day
        text = label + self._suffix
        records: list[Record] = []
        total = 0
        for account, party, cents, lettering, lettered_on in lines:
            if cents > 0:
                debit, credit = cents, 0
                account.debit += cents
                total += cents
            else:
                debit, credit = 0, -cents
                account.credit += credit
            account.lines += 1
            third, third_label = "", ""
            if party is not None:
                third, third_label = party.code, party.name
                party.balance += cents
                party.lines += 1
            records.append(
                (code, library, number, day, account.number, account.label, third, third_label, ref,
                 piece_day, text, debit, credit, lettering, lettered_on, valid, "", "")
            )  # fmt: skip
        journal.lines += len(records)
        journal.debit += total
        self.lines += len(records)
        return records

    def simple(
        self, journal: Journal, ref: str, label: str, amounts: Mapping[str, int]
    ) -> list[Record]:
        """One entry by account number, without third parties; zero amounts are left out."""
        lines: list[Line] = [
            (self.account(number), None, cents, "", None)
            for number, cents in amounts.items()
            if cents
        ]
        return self.entry(journal, ref, label, lines)

    def opening_is_over(self) -> None:
        """From here on bank lines are transactions, not balances brought forward."""
        self._opening_bank = {
            number: (account.lines, account.debit, account.credit)
            for number, account in self.accounts.items()
        }

    def bank_truth(self) -> dict[str, BankTruth]:
        """The bank accounts that had transactions."""
        found = {}
        for number, account in sorted(self.accounts.items()):
            lines, debit, credit = self._opening_bank.get(number, (0, 0, 0))
            if number.startswith("512") and account.lines > lines:
                found[number] = BankTruth(
                    account.lines - lines, account.debit - debit, account.credit - credit
                )
        return found

    def account_truth(self) -> dict[str, AccountTruth]:
        """The accounts that have lines, by number."""
        return {
            number: AccountTruth(account.label, account.lines, account.debit, account.credit)
            for number, account in sorted(self.accounts.items())
            if account.lines
        }

    def journal_truth(self) -> dict[str, JournalTruth]:
        """The journals that have entries."""
        return {
            journal.code: JournalTruth(
                journal.label, journal.number, journal.lines, journal.debit, journal.debit
            )
            for journal in self.journals
            if journal.number
        }

    def balances(self) -> dict[str, int]:
        """Every account, in cents, debit positive."""
        return {number: account.balance for number, account in self.accounts.items()}


def letters(rank: int) -> str:
    """Lettering codes in order: AA, AB … ZZ, AAA …; `rank` from 1."""
    rest, code, size = rank - 1, "", len(_PAIRS)
    while rest >= size:  # longer codes: how many of this length are already given?
        rest -= size
        size *= len(_LETTERS)
    while size > len(_PAIRS):
        size //= len(_LETTERS)
        letter, rest = divmod(rest, size)
        code += _LETTERS[letter]
    return code + _PAIRS[rest]
