"""Books to declare VAT from: sales, purchases and reverse charges of October 2026."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from clients.models import Dossier
from ledger.models import EntryLine, Journal
from tests.ledger.books import Books, Line, Piece, Span, make_books

D = dt.date
Y2026: Span = {"start": D(2026, 1, 1), "end": D(2026, 12, 31)}
DAY = D(2026, 10, 15)
OCTOBER = (D(2026, 10, 1), D(2026, 10, 31))
LABELS = {
    "445710": "TVA collectée 20 %", "445711": "TVA collectée 10 %",
    "445712": "TVA collectée 5,5 %", "445713": "TVA collectée 2,1 %",
    "445714": "TVA collectée 8,5 % DOM", "445719": "TVA collectée",
    "445740": "TVA en attente d’encaissement 20 %", "445620": "TVA sur immobilisations",
    "445660": "TVA sur autres biens et services", "445200": "TVA due intracommunautaire",
    "445201": "TVA due importations", "445202": "TVA due sous-traitance BTP",
    "445670": "Crédit de TVA à reporter", "445510": "TVA à décaisser",
    "707000": "Ventes de marchandises", "706000": "Prestations de services",
    "707100": "Ventes à l’export", "708500": "Ports facturés",
}  # fmt: skip


def line(account: str, cents: int, third: str = "", letter: str = "") -> Line:
    """A line of signed cents, debit positive."""
    return Line(
        account, max(cents, 0), max(-cents, 0), third, letter=letter,
        account_label=LABELS.get(account, ""),
    )  # fmt: skip


def piece(
    *lines: tuple[str, int], day: dt.date = DAY, journal: str = "OD", **more: object
) -> Piece:
    """An entry of (account, signed cents)."""
    return Piece(journal, day, [line(*one) for one in lines], **more)  # type: ignore[arg-type]


def sale(
    net: int, tax: int, account: str = "445710", *, income: str = "707000", day: dt.date = DAY
) -> Piece:
    lines = [line("411000", net + tax, "C1"), line(income, -net)]
    lines += [line(account, -tax)] if tax else []
    return Piece("VE", day, lines, label="Vente")


def purchase(
    net: int, tax: int, *, charge: str = "607000", vat: str = "445660", day: dt.date = DAY
) -> Piece:
    lines = [line(charge, net), line(vat, tax), line("401000", -net - tax, "F1")]
    return Piece("AC", day, lines, label="Achat")


def reverse(net: int, tax: int, *, due: str = "445200", charge: str = "607000") -> Piece:
    """A purchase whose VAT is due and deductible at once."""
    lines = [line(charge, net), line("445660", tax), line(due, -tax), line("401000", -net, "F2")]
    return Piece("AC", DAY, lines, label="Autoliquidation")


def books(dossier: Dossier, pieces: Iterable[Piece]) -> Books:
    """The year 2026 with these entries; journals bear their nature, as an import gives it."""
    made = make_books(dossier, pieces, **Y2026)
    for code, nature in (("VE", "sales"), ("AC", "purchases"), ("BQ", "bank")):
        Journal.objects.filter(code=code).update(nature=nature)
    return made


def balances(prefix: str = "445") -> dict[str, int]:
    """The balance of each account of a prefix that is not nil, debit positive."""
    sums: dict[str, int] = {}
    rows = EntryLine.objects.filter(account__number__startswith=prefix).select_related("account")
    for row in rows:
        sums[row.account.number] = sums.get(row.account.number, 0) + row.debit - row.credit
    return {number: cents for number, cents in sums.items() if cents}
