"""Where a line is posted: the account and third party that its four zones name together.

A file repeats a few thousand of these foursomes over millions of lines, so everything that an
account or an auxiliary asks is asked once per foursome.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.fec.accounts import Account, Accounts
from ledger.fec.columns import COMP_AUX_LIB, COMP_AUX_NUM, COMPTE_LIB, COMPTE_NUM, LEGAL
from ledger.fec.notes import Note, Notebook
from ledger.fec.texts import Texts
from ledger.fec.thirds import ThirdParties, ThirdParty

Foursome = tuple[str, str, str, str]

COLUMNS = (COMPTE_NUM, COMPTE_LIB, COMP_AUX_NUM, COMP_AUX_LIB)


@dataclass(slots=True, eq=False)
class Posting:
    """An account and its third party as one foursome of zones names them.

    `side` tells letterings apart inside an account: the third party, else the auxiliary number;
    `fields` are the two columns in lines.tsv; `extra` what the zones say otherwise than the
    account and third party do.
    """

    no: int
    account: Account
    third: ThirdParty | None
    account_label: str
    third_label: str
    side: str
    fields: str
    kind: int
    extra: dict[str, str] = field(default_factory=dict)


class Postings(dict[Foursome, int]):
    """Ranks of postings, from 0, by raw zones.

    By rank: `all`, their `kinds` and `fields`, and `net`, the cents of each (debit positive).
    """

    def __init__(
        self,
        notes: Notebook,
        texts: Texts,
        accounts: Accounts,
        thirds: ThirdParties,
        mapped: dict[str, tuple[str, str | None]],
    ) -> None:
        super().__init__()
        self._notes = notes
        self._texts = texts
        self._accounts = accounts
        self._thirds = thirds
        self._mapped = mapped
        self.all: list[Posting] = []
        self.kinds: list[int] = []
        self.fields: list[str] = []
        self.net: list[int] = []
        self.with_extra: set[int] = set()

    def meet(self, zones: Foursome, line: int) -> int:
        """The rank of a foursome seen for the first time, on `line`."""
        clean = self._texts.code
        number, label, code, code_label = (
            clean(zone, line, column) for zone, column in zip(zones, COLUMNS, strict=True)
        )
        if not label and number:
            message = f"L’intitulé du compte {number} est vide : une autre ligne le donne."
            self._notes.write("COMPTE_LIBELLE_VIDE", message, Note(line, COMPTE_LIB))
        if number in self._mapped and not code:
            # FMETRO mapped to 401000 is still the supplier FMETRO.
            new = self._mapped[number][0]
            if new[:2] in ("40", "41"):
                code, code_label = number, label
        account = self._accounts.meet(number, label, line)
        if number in self._mapped:
            label = account.labels.first
        third = self._thirds.meet(account, code, code_label, line)
        posting = self._made(account, third, label, code, code_label)
        self[zones] = posting.no
        return posting.no

    def _made(
        self, account: Account, third: ThirdParty | None, label: str, code: str, code_label: str
    ) -> Posting:
        extra: dict[str, str] = {}
        if label and label != account.labels.first:
            extra[LEGAL[COMPTE_LIB]] = label
        if third is None or third.is_derived:
            extra |= {
                LEGAL[column]: value
                for column, value in ((COMP_AUX_NUM, code), (COMP_AUX_LIB, code_label))
                if value
            }
        elif code_label != third.labels.first:
            extra[LEGAL[COMP_AUX_LIB]] = code_label
        fields = f"{account.no}\t{third.no if third else ''}"
        if extra:
            self.with_extra.add(len(self.all))
        side = str(third.no) if third else f"+{code}"
        posting = Posting(
            len(self.all), account, third, label, code_label, side, fields, account.kind, extra
        )
        self.all.append(posting)
        self.kinds.append(posting.kind)
        self.fields.append(fields)
        self.net.append(0)
        return posting
