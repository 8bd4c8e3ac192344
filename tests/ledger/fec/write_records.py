"""Records for the tests of what is written, and a plain reader of it."""

from datetime import date

from hypothesis import settings
from hypothesis import strategies as st

from ledger.fec.columns import (
    CREDIT,
    DATES,
    DEBIT,
    LEGAL,
    MONTANT_DEVISE,
)
from ledger.fec.write import text_chunks

DAY = date(2024, 1, 31)
SALE = (
    "VE", "Ventes", "12", DAY, "411000", "Clients", "C001", "Menuiserie d’Orvault",
    "FA-12", DAY, "Facture d’œuvre n° 12", 123456, 0, "AA", date(2024, 3, 5), DAY, "", "",
)  # fmt: skip


INCOME = (*SALE[:4], "706000", "Prestations", "", "", *SALE[8:11], 0, 123456, "", None, DAY, "", "")
patient = settings(max_examples=40, deadline=None)  # other work may slow the machine down
texts = st.text(max_size=30)
cents = st.integers(min_value=-(10**14), max_value=10**14)
dates = st.one_of(st.none(), st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))


@st.composite
def records(draw: st.DrawFn, text: st.SearchStrategy[str] = texts) -> tuple[object, ...]:
    zones: list[object] = [draw(text) for _ in LEGAL]
    for index in DATES:
        if index < len(LEGAL):
            zones[index] = draw(dates)
    zones[DEBIT], zones[CREDIT] = draw(cents), draw(cents)
    zones[MONTANT_DEVISE] = draw(st.sampled_from(["", "12.345", "-7"]))
    return tuple(zones)


def written(rows: list[tuple[object, ...]], **options: object) -> bytes:
    return b"".join(text_chunks(rows, **options))  # type: ignore[arg-type]


def split(raw: bytes, *, encoding: str = "utf-8", separator: str = "\t") -> list[list[str]]:
    *lines, last = raw.decode(encoding).split("\r\n")
    assert last == ""
    return [line.split(separator) for line in lines]


def amount(text: str) -> int:
    return int(text.replace(",", ""))
