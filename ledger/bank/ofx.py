"""OFX 1.x (SGML) and 2.x (XML), by a reader of tags of our own.

The kept libraries stop at what French banks write: a charset `8859-1`, an empty `<MEMO>` that
never closes (what follows is lost), a decimal comma, escaped `&amp;`.  This one takes the tags in
order: a tag with text is a leaf, closed or not; the blocks that matter are known by name.  No
entity is defined, nothing is ever fetched, time is linear.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from ledger.bank.amounts import cents, decimal_mark
from ledger.bank.days import day_of
from ledger.bank.lines import (
    NAME,
    REFERENCE,
    Line,
    Statement,
    UnreadableStatement,
    squeezed,
)
from ledger.bank.texts import decoded

_TAG = re.compile(r"<(/?)([A-Za-z0-9._]{1,32})[^<>]*>([^<]*)")
STATEMENTS = frozenset({"STMTRS", "CCSTMTRS"})
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_ENTITY = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


class Tag(NamedTuple):
    """A tag, whether it closes, the text up to the next one, and its line in the file."""

    name: str
    closes: bool
    text: str
    line: int


def read_ofx(content: bytes) -> list[Statement]:
    """Its statements, one an account.

    Raises:
        UnreadableStatement: no OFX, or cut short.
        StatementTooLong: too many transactions.
    """
    text = decoded(content)
    if _ENTITY.search(text):
        raise UnreadableStatement(
            "Ce fichier OFX définit des entités ou un type de document\u00a0: par sécurité, il "
            "n’est pas lu."
        )
    text = _CDATA.sub(lambda found: html.escape(found[1]), text)
    reader = _Reader()
    is_whole = False
    for tag in _tags(text):
        reader.take(tag)
        is_whole = is_whole or (tag.name == "OFX" and tag.closes)
    if not reader.statements:
        raise UnreadableStatement(
            "Ce fichier OFX ne contient aucun relevé de compte (balise STMTRS)."
        )
    if not is_whole:
        raise UnreadableStatement(
            "Ce fichier OFX est coupé avant sa fin. Téléchargez de nouveau le relevé."
        )
    return [one.close() for one in reader.statements]


def _tags(text: str) -> Iterator[Tag]:
    line, last = 1, 0
    for found in _TAG.finditer(text):
        line += text.count("\n", last, found.start())
        last = found.start()
        said = html.unescape(found[3]).strip() if found[3] else ""
        yield Tag(found[2].upper(), bool(found[1]), said, line)


class _Reader:
    """Takes tags in order."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.block = ""
        self.fields: dict[str, str] = {}
        self.began = 0

    def take(self, tag: Tag) -> None:
        """One tag."""
        if tag.name in STATEMENTS and not tag.closes:
            self.statements.append(Statement())
        elif not self.statements:
            return
        elif tag.name == "CURDEF" and not tag.closes:
            self.statements[-1].currency = tag.text.upper()[:3] or "EUR"
        elif tag.name in _BLOCKS:
            self._turn(tag)
        elif self.block and not tag.closes and tag.text:
            self.fields.setdefault(tag.name, tag.text)

    def _turn(self, tag: Tag) -> None:
        """A block opens or closes; one that was never closed ends where the next begins."""
        if self.block:
            _BLOCKS[self.block](self.statements[-1], self.fields, self.began)
        self.block = "" if tag.closes else tag.name
        self.fields, self.began = {}, tag.line


def _account(statement: Statement, fields: dict[str, str], _at: int) -> None:
    parts = (fields.get(name, "") for name in ("BANKID", "BRANCHID", "ACCTID"))
    statement.account = "".join("".join(parts).split())


def _period(statement: Statement, fields: dict[str, str], at: int) -> None:
    for name, field in (("DTSTART", "since"), ("DTEND", "until")):
        try:
            setattr(statement, field, day_of(fields[name]) if fields.get(name) else None)
        except ValueError:
            statement.fault(at, f"«\u00a0{fields[name][:20]}\u00a0» n’est pas une date")


def _closing(statement: Statement, fields: dict[str, str], at: int) -> None:
    try:
        statement.closing = _amount(fields.get("BALAMT", ""))
    except ValueError:
        statement.fault(at, f"le solde «\u00a0{fields['BALAMT'][:40]}\u00a0» n’est pas un montant")


def _transaction(statement: Statement, fields: dict[str, str], at: int) -> None:
    said = fields.get("DTPOSTED", "")
    try:
        day = day_of(said)
    except ValueError:
        statement.fault(at, f"«\u00a0{said[:20]}\u00a0» n’est pas une date")
        return
    typed = fields.get("TRNAMT", "")
    try:
        amount = _amount(typed)
    except ValueError:
        amount = None
    if amount is None:
        statement.fault(at, f"«\u00a0{typed[:40]}\u00a0» n’est pas un montant")
        return
    name, memo = squeezed(fields.get("NAME", "")), squeezed(fields.get("MEMO", ""))
    label = name if memo.lower() in name.lower() else f"{name} {memo}"
    check = fields.get("CHECKNUM", "")
    statement.add(
        Line(
            date=day,
            amount=amount,
            label=squeezed(label),
            value_date=_value_date(fields.get("DTAVAIL", "")),
            reference=squeezed(check or fields.get("REFNUM", ""), REFERENCE),
            external_id=squeezed(fields.get("FITID", ""), NAME),
            at=at,
        )
    )


def _value_date(text: str) -> dt.date | None:
    try:
        return day_of(text)
    except ValueError:
        return None


def _amount(text: str) -> int | None:
    """The point is OFX's; the comma some banks'."""
    return cents(text, decimal_mark([text]))


def _ignored(_statement: Statement, _fields: dict[str, str], _at: int) -> None:
    """A block whose fields are nobody's."""


_BLOCKS = {
    "BANKACCTFROM": _account,
    "CCACCTFROM": _account,
    "BANKTRANLIST": _period,
    "STMTTRN": _transaction,
    "LEDGERBAL": _closing,
    "AVAILBAL": _ignored,
}
