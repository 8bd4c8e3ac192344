"""Statements written for the tests, in each form, from plain rows."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

IBAN = "FR1420041010050500013M02606"


class Moved(NamedTuple):
    """Money that moved, as a bank writes it; cents."""

    date: dt.date
    amount: int
    label: str
    external_id: str = ""


def point(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def french(cents: int) -> str:
    whole = f"{abs(cents) // 100:,}".replace(",", " ")
    return f"{'-' if cents < 0 else ''}{whole},{abs(cents) % 100:02d}"


def as_camt(
    rows: Sequence[Moved], *, opening: int | None = None, closing: int | None = None,
    iban: str = IBAN, version: int = 2,
) -> bytes:  # fmt: skip
    balances = "".join(
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_signed(value)}</Bal>"
        for code, value in (("OPBD", opening), ("CLBD", closing))
        if value is not None
    )
    status = "<Sts>BOOK</Sts>" if version < 4 else "<Sts><Cd>BOOK</Cd></Sts>"
    entries = "".join(
        f"<Ntry>{_signed(row.amount)}{status}<BookgDt><Dt>{row.date}</Dt></BookgDt>"
        + (f"<AcctSvcrRef>{row.external_id}</AcctSvcrRef>" if row.external_id else "")
        + f"<AddtlNtryInf>{escape(row.label)}</AddtlNtryInf></Ntry>\n"
        for row in rows
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document'
        f' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02d}"><BkToCstmrStmt><Stmt>'
        f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}\n{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _signed(cents: int) -> str:
    side = "DBIT" if cents < 0 else "CRDT"
    return f'<Amt Ccy="EUR">{point(abs(cents))}</Amt><CdtDbtInd>{side}</CdtDbtInd>'


def as_ofx(rows: Sequence[Moved], *, closing: int | None = None) -> bytes:
    head = (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n<OFX><STMTRS>"
    )
    moved = "".join(
        f"<STMTTRN>\n<DTPOSTED>{row.date:%Y%m%d}\n<TRNAMT>{point(row.amount)}\n"
        f"<FITID>{row.external_id}\n<NAME>{escape(row.label)}\n</STMTTRN>\n"
        for row in rows
    )
    end = f"<LEDGERBAL><BALAMT>{point(closing)}</LEDGERBAL>" if closing is not None else ""
    whole = f"{head}<CURDEF>EUR\n<BANKTRANLIST>{moved}</BANKTRANLIST>{end}</STMTRS></OFX>"
    return whole.encode("cp1252", "xmlcharrefreplace")


def as_csv(rows: Sequence[Moved], *, encoding: str = "cp1252") -> bytes:
    lines = ["Date opération;Libellé;Débit;Crédit"]
    for row in rows:
        label = '"' + row.label.replace('"', '""') + '"'
        debit, credit = (french(-row.amount), "") if row.amount < 0 else ("", french(row.amount))
        lines.append(f"{row.date:%d/%m/%Y};{label};{debit};{credit}")
    return "\r\n".join(lines).encode(encoding, "replace")


def as_xlsx(rows: Sequence[Moved]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, ["Date", "Libellé", "Montant"])
        for at, row in enumerate(rows, 1):
            sheet.write_datetime(at, 0, dt.datetime.combine(row.date, dt.time()), day)
            sheet.write_string(at, 1, row.label)
            sheet.write_number(at, 2, row.amount / 100)
    return out.getvalue()
