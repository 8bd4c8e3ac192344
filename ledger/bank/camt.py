"""CAMT.053 (ISO 20022), every version .001.0x: a stream of events over `defusedxml`.

No document type, so no entity and no network; memory is one entry's.  Names are taken without their
namespace, because the versions differ by it and by a few levels (`Sts` or `Sts/Cd`, `Dbtr/Nm` or
`Dbtr/Pty/Nm`), all of which are looked at.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]

from ledger.bank.amounts import decimal_cents
from ledger.bank.lines import (
    NAME,
    REFERENCE,
    Line,
    Statement,
    UnreadableStatement,
    squeezed,
)
from ledger.bank.texts import decoded

BLOCK = 64 * 1024
DEEPEST = 60
OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)
NOTHING = frozenset({"", "NOTPROVIDED", "NONREF", "NOT PROVIDED"})

Texts = dict[str, list[str]]


def read_camt(content: bytes) -> list[Statement]:
    """Its statements, one an account and period; entries that are not booked are left out.

    Raises:
        UnreadableStatement: no CAMT.053, cut short, or with a document type.
        StatementTooLong: too many entries.
    """
    reader = _Reader()
    parser = DefusedXMLParser(target=reader, forbid_dtd=True)
    reader.where = lambda: int(parser.parser.CurrentLineNumber)
    try:
        for start in range(0, len(content), BLOCK):
            parser.feed(content[start : start + BLOCK])
        parser.close()
    except DefusedXmlException as error:
        raise UnreadableStatement(
            "Ce fichier XML définit des entités ou un type de document\u00a0: par sécurité, il "
            "n’est pas lu. Un relevé CAMT.053 n’en contient pas."
        ) from error
    except ParseError as error:
        decoded(content)  # a web page says so
        line = error.position[0]
        raise UnreadableStatement(
            f"Ce fichier XML est incomplet ou abîmé (ligne {line}). Téléchargez de nouveau le "
            "relevé."
        ) from error
    if not reader.statements:
        raise UnreadableStatement(
            "Ce fichier XML n’est pas un relevé CAMT.053\u00a0: il n’en contient aucun (balise "
            "Stmt)."
        )
    return [one.close() for one in reader.statements]


class _Reader:
    """What the parser tells: it keeps the texts of the entry or head that it is in, by path."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.where: Any = lambda: 0
        self.path: list[str] = []
        self.base = 0
        self.texts: Texts = {}
        self.currencies: set[str] = set()
        self.said: list[str] = []
        self.began = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A tag opens."""
        name = tag.rpartition("}")[2]
        self.path.append(name)
        self.said = []
        if len(self.path) > DEEPEST:
            raise UnreadableStatement("Ce fichier XML n’est pas un relevé CAMT.053.")
        if name == "Stmt":
            self.statements.append(Statement())
        if name in ("Stmt", "Ntry", "Bal", "Acct") and not self._in_entry():
            self.base, self.texts, self.began = len(self.path), {}, self.where()
            self.currencies = set()
        if name == "Amt" and (code := attributes.get("Ccy")) and len(self.path) == self.base + 1:
            self.currencies.add(code)

    def _in_entry(self) -> bool:
        return "Ntry" in self.path[:-1]

    def data(self, text: str) -> None:
        """Text of the tag that is open."""
        self.said.append(text)

    def end(self, tag: str) -> None:
        """A tag closes."""
        name = tag.rpartition("}")[2]
        below = "/".join(self.path[self.base :])
        if text := "".join(self.said).strip():
            self.texts.setdefault(below, []).append(text)
        self.said = []
        self.path.pop()
        if self.statements and "Ntry" not in self.path:
            self._closed(name)

    def _closed(self, name: str) -> None:
        statement = self.statements[-1]
        if name == "Ntry":
            _entry(statement, self.texts, self.currencies, self.began)
        elif name == "Bal":
            _balance(statement, self.texts, self.began)
        elif name == "Acct" and self.path[-1:] == ["Stmt"]:
            statement.account = "".join(_one(self.texts, "Id/IBAN", "Id/Othr/Id").split())
            statement.currency = _one(self.texts, "Ccy") or "EUR"
        if name in ("Ntry", "Bal", "Acct"):
            self.texts = {}

    def close(self) -> None:
        """The file ends."""


def _one(texts: Texts, *paths: str) -> str:
    """The first text at the first of these paths that has one."""
    return next((texts[path][0] for path in paths if texts.get(path)), "")


def _day(texts: Texts, *paths: str) -> dt.date | None:
    text = _one(texts, *(f"{path}/{kind}" for path in paths for kind in ("Dt", "DtTm")))
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _signed(texts: Texts) -> int:
    """Cents, negative for a debit.

    Raises:
        ValueError: no amount.
    """
    value = decimal_cents(_one(texts, "Amt"))
    return -value if _one(texts, "CdtDbtInd") == "DBIT" else value


def _balance(statement: Statement, texts: Texts, at: int) -> None:
    kind = _one(texts, "Tp/CdOrPrtry/Cd")
    if kind not in (*OPENING, *CLOSING):
        return
    try:
        value = _signed(texts)
    except ValueError:
        statement.fault(at, "le solde n’est pas un montant")
        return
    day = _day(texts, "Dt")
    if kind in CLOSING:
        statement.closing, statement.until = value, day or statement.until
    elif kind == "OPBD" or statement.opening is None:
        statement.opening = value
        statement.since = (day if kind == "OPBD" else None) or statement.since


def _entry(statement: Statement, texts: Texts, currencies: set[str], at: int) -> None:
    if _one(texts, "Sts", "Sts/Cd", "Sts/Prtry") not in ("BOOK", ""):
        return
    day = _day(texts, "BookgDt") or _day(texts, "ValDt")
    if day is None:
        statement.fault(at, "l’opération n’a pas de date")
        return
    if currencies - {"EUR"}:
        statement.fault(at, f"l’opération est en {', '.join(sorted(currencies))}, pas en euros")
        return
    try:
        amount = _signed(texts)
    except ValueError:
        statement.fault(at, f"«\u00a0{_one(texts, 'Amt')[:40]}\u00a0» n’est pas un montant")
        return
    details = "NtryDtls/TxDtls"
    alone = len(texts.get(f"{details}/Refs/AcctSvcrRef", [])) == 1
    ours = _one(texts, "AcctSvcrRef") or (
        _one(texts, f"{details}/Refs/AcctSvcrRef") if alone else ""
    )
    reference = _one(texts, f"{details}/Refs/EndToEndId")
    statement.add(
        Line(
            date=day,
            amount=amount,
            label=_label(texts, is_debit=amount < 0),
            value_date=_day(texts, "ValDt"),
            reference="" if reference.upper() in NOTHING else squeezed(reference, REFERENCE),
            external_id="" if ours.upper() in NOTHING else squeezed(ours, NAME),
            at=at,
        )
    )


def _label(texts: Texts, *, is_debit: bool) -> str:
    """What the bank calls it, the other party, and what was written to him; nothing twice."""
    details = "NtryDtls/TxDtls"
    party = "Cdtr" if is_debit else "Dbtr"
    parts = (
        _one(texts, "AddtlNtryInf"),
        _one(texts, f"{details}/RltdPties/{party}/Nm", f"{details}/RltdPties/{party}/Pty/Nm"),
        " ".join(texts.get(f"{details}/RmtInf/Ustrd", [])[:4]),
        _one(texts, f"{details}/AddtlTxInf"),
    )
    kept: list[str] = []
    for part in map(squeezed, parts):
        if part and not any(part.lower() in said.lower() for said in kept):
            kept.append(part)
    return squeezed(" ".join(kept))
