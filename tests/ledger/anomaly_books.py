"""A clean year of small books for the rules of « Anomalies », and what they find in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from clients.models import Dossier
from ledger.anomalies.catalogue import rules
from ledger.models import FecImport, Journal
from ledger.queries.anomalies import Wanted, counts, hit_page
from ledger.queries.anomaly_sql import Scene
from ledger.queries.years import latest_with_lines, years_of
from tests.ledger.books import Y2022, Books, Line, Piece, Span, make_books

D = dt.date
NATURES = {"AC": "purchases", "VE": "sales", "BQ": "bank", "CA": "bank", "OD": "misc",
           "AN": "opening"}  # fmt: skip
TROUBLE = frozenset({"error", "warning"})
FIRST_DAY = D(2022, 1, 1)


def weekday(month: int, day: int, year: int = 2022) -> dt.date:
    """That day, or the Monday that follows it."""
    found = D(year, month, day)
    return found + dt.timedelta(days=max(0, 7 - found.weekday()) if found.weekday() > 4 else 0)


def purchase(
    day: dt.date, net: int, vat: int, *, third: str = "F1", account: str = "606100", ref: str = "",
    letter: str = "",
) -> Piece:  # fmt: skip
    """A bill: its charge, its VAT unless there is none, its supplier."""
    lines = [Line(account, debit=net)]
    lines += [Line("445660", debit=vat)] if vat else []
    lines.append(Line("401000", credit=net + vat, third=third, letter=letter))
    return Piece("AC", day, lines, label=f"Facture {third} {ref}", ref=ref)


def sale(day: dt.date, net: int, vat: int, *, ref: str, third: str = "C1",
         letter: str = "") -> Piece:  # fmt: skip
    """An invoice to a customer."""
    lines = [Line("411000", debit=net + vat, third=third, letter=letter)]
    lines.append(Line("707000", credit=net))
    lines += [Line("445710", credit=vat)] if vat else []
    return Piece("VE", day, lines, label=f"Vente {ref}", ref=ref)


def clean_year() -> Iterator[Piece]:
    """Opening, 24 bills and 24 sales at 20 %, all paid and lettered."""
    yield opening(("512000", 5_000_000), ("530000", 50_000), ("101000", -5_050_000))
    for rank in range(1, 25):
        month, day = (rank + 1) // 2, 10 if rank % 2 else 20
        net = 13_700 + 530 * rank
        on, paid = weekday(month, day), weekday(month, day + 4)
        letter = f"A{rank:02d}"
        yield purchase(on, net, net // 5, ref=f"EDF-{rank}", letter=letter)
        yield sale(on, net * 2, net * 2 // 5, ref=f"FA-{rank:03d}", letter=letter)
        yield Piece("BQ", paid, [
            Line("401000", debit=net + net // 5, third="F1", letter=letter),
            Line("512000", credit=net + net // 5),
        ], label=f"Virement EDF-{rank}")  # fmt: skip
        yield Piece("BQ", paid, [
            Line("512000", debit=net * 2 + net * 2 // 5),
            Line("411000", credit=net * 2 + net * 2 // 5, third="C1", letter=letter),
        ], label=f"Règlement FA-{rank:03d}")  # fmt: skip


def opening(*balances: tuple[str, int] | tuple[str, int, str], day: dt.date = FIRST_DAY) -> Piece:
    """An opening entry: accounts with signed cents, debit positive, perhaps a third party."""
    lines = [
        Line(account, debit=max(cents, 0), credit=max(-cents, 0), third="".join(third))
        for account, cents, *third in balances
    ]
    return Piece("AN", day, lines, label="À nouveaux", is_opening=True)


def operation(
    day: dt.date, *balances: tuple[str, int] | tuple[str, int, str], journal: str = "OD",
    label: str = "Opération diverse",
) -> Piece:  # fmt: skip
    """An entry of signed cents by account, perhaps with a third party; the books' own number."""
    lines = [
        Line(account, debit=max(cents, 0), credit=max(-cents, 0), third="".join(third))
        for account, cents, *third in balances
    ]
    return Piece(journal, day, lines, label=label)


def written(
    dossier: Dossier, pieces: Iterable[Piece], span: Span = Y2022, *, brought: bool = False
) -> Books:
    """Books with journals of their nature; `brought` by a file, or made here."""
    for code, nature in NATURES.items():
        Journal.objects.get_or_create(
            dossier=dossier, code=code, defaults={"label": f"Journal {code}", "nature": nature}
        )
    source = None
    if brought:
        source = FecImport.objects.create(
            dossier=dossier, file_name="f.txt", size=1, sha256="0" * 64
        )
    return make_books(dossier, pieces, fec_import=source, **span)


def scene_of(dossier: Dossier) -> Scene:
    """The latest year of the books."""
    years = years_of(dossier)
    year = latest_with_lines(years)
    assert year is not None
    return Scene.of(dossier, year, years)


def found(dossier: Dossier, code: str, **wanted: str) -> set[tuple[str, int, int]]:
    """What a rule finds: the number of the entry (or the account and third party), line, cents."""
    page = hit_page(scene_of(dossier), rules()[code], Wanted(limit=200, **wanted))  # type: ignore[arg-type]
    assert page.total == len(page.hits)
    return {
        (hit.shown.number or f"{hit.account} {hit.third}".strip(), hit.line_no, hit.amount)
        for hit in page.hits
    }


def trouble(dossier: Dossier) -> dict[str, int]:
    """Errors and warnings of the latest year, by rule."""
    rows = counts(scene_of(dossier))
    return {row.rule.code: row.hits for row in rows if row.hits and row.rule.severity in TROUBLE}
