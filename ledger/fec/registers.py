"""Everything that one check knows about its file while it reads it."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.fec.accounts import Accounts
from ledger.fec.columns import DATE_LET, DATE_RGLT, ECRITURE_DATE, PIECE_DATE, VALID_DATE
from ledger.fec.context import Corrections
from ledger.fec.date_columns import DateColumn
from ledger.fec.journals import Journals
from ledger.fec.notes import Notebook
from ledger.fec.postings import Postings
from ledger.fec.texts import Texts
from ledger.fec.thirds import ThirdParties


class Registers:
    """The journals, accounts, third parties and dates of one file, and where findings go.

    `extra` are the names of the unknown columns, in file order after the 22 legal zones.
    """

    def __init__(
        self,
        notes: Notebook,
        corrections: Corrections,
        *,
        signed: bool,
        has_treasury: bool,
        extra: Sequence[str],
    ) -> None:
        self.notes = notes
        self.corrections = corrections
        self.signed = signed
        self.has_treasury = has_treasury
        self.extra = tuple(extra)
        self.texts = Texts(notes)
        self.journals = Journals(notes, self.texts, may_be_nameless=has_treasury)
        self.accounts = Accounts(notes, corrections.accounts)
        self.thirds = ThirdParties(notes)
        self.postings = Postings(
            notes, self.texts, self.accounts, self.thirds, corrections.accounts
        )
        self.dates = {
            column: DateColumn(notes, column)
            for column in (ECRITURE_DATE, PIECE_DATE, DATE_LET, VALID_DATE, DATE_RGLT)
        }

    def close(self) -> None:
        """Write what only the whole file tells about its values."""
        for column in self.dates.values():
            column.close()
        self.journals.close()
        self.accounts.close()
        self.thirds.close()
