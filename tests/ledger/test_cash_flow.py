"""The tableau de flux de trésorerie: it foots with what moved on the accounts of cash."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.models import Dossier
from ledger.financials.fill import Filled, Held, fill, parts_of
from ledger.financials.forms import form
from ledger.queries import financials, years
from ledger.queries.balances import result, trial_balance
from tests.ledger.book_pages import BOOKS, Get, words
from tests.ledger.books import Y2022, Y2023, Books, Line, Piece, make_books
from tests.ledger.real_fec import REAL_YEAR, read_fec

DATA = Path(__file__).parents[1] / "data" / "fec"
FILES = [("0000000001FEC20220831.txt", "utf-8-sig", "\t", "ANO"),
         ("111111111FEC20221231.TXT", "cp850", "|", "AN")]  # fmt: skip
D = dt.date


def moved(name: str, encoding: str, separator: str, opening: str) -> list[Held]:
    """What moved on each account of a file, opening entries left out; read without our reader."""
    sums: dict[str, list[int]] = {}
    with (DATA / name).open(encoding=encoding, newline="") as source:
        for row in csv.DictReader(source, delimiter=separator, quoting=csv.QUOTE_NONE):
            if row["JournalCode"].strip() != opening:
                sides = sums.setdefault(row["CompteNum"].strip(), [0, 0])
                for side, column in enumerate(("Debit", "Credit")):
                    sides[side] += round(float(row[column].replace(",", ".") or 0) * 100)
    return [Held(rank, number, number, *sides) for rank, (number, sides) in enumerate(sums.items())]


def net(held: list[Held], *roots: str) -> int:
    return sum(one.debit - one.credit for one in held if one.account.startswith(roots))


@pytest.mark.parametrize("file", FILES, ids=[file[0] for file in FILES])
def test_the_flows_of_both_real_files_are_what_moved_on_their_accounts_of_cash(
    file: tuple[str, str, str, str],
) -> None:
    held = moved(*file)

    filled = fill(form("FLUX"), held)

    assert not filled.unmapped
    assert filled.values["VAR"] == filled.values["VT"] == net(held, "51", "53", "54")
    assert filled.values["ECART"] == 0
    assert filled.values["RN"] == -net(held, "6", "7")
    assert filled.values["VAR"] != 0


def flows(*pieces: list[tuple[str, int]]) -> Filled:
    """The flows of entries, each given as (account, debit if positive)."""
    sums: dict[str, list[int]] = {}
    for piece in pieces:
        assert sum(cents for _account, cents in piece) == 0
        for account, cents in piece:
            sums.setdefault(account, [0, 0])[cents < 0] += abs(cents)
    held = [Held(rank, number, "", *sides) for rank, (number, sides) in enumerate(sums.items())]
    return fill(form("FLUX"), held)


def test_a_disposal_is_its_price_and_no_profit_of_the_activity() -> None:
    found = flows(
        [("281", 700), ("218", -700)],
        [("675", 300), ("218", -300)],
        [("512", 450), ("775", -450)],
    ).values

    assert (found["RN"], found["C3"], found["CAF"]) == (150, -150, 0)
    assert (found["I1"], found["I4"], found["INV"], found["VAR"]) == (0, 450, 450, 450)


def test_depreciation_costs_no_cash_and_a_purchase_of_equipment_does() -> None:
    found = flows(
        [("2183", 1_000), ("404", -1_200), ("44562", 200)],
        [("404", 1_200), ("512", -1_200)],
        [("68112", 250), ("28183", -250)],
    ).values

    assert (found["RN"], found["C1"], found["CAF"]) == (-250, 250, 0)
    assert (found["W4"], found["I1"], found["I2"]) == (-200, -1_000, 0)
    assert found["VAR"] == -1_200


def test_a_loan_a_dividend_and_a_grant_are_not_of_the_activity() -> None:
    found = flows(
        [("512", 5_000), ("164", -5_000)],
        [("164", 400), ("6611", 30), ("512", -430)],
        [("120", 900), ("1061", -100), ("457", -800)],
        [("457", 800), ("512", -800)],
        [("512", 600), ("131", -600)],
        [("139", 60), ("777", -60)],
    ).values

    assert (found["F3"], found["F4"], found["F2"], found["F1"]) == (5_000, -400, -800, 0)
    assert (found["I6"], found["C4"], found["CAF"]) == (600, -60, -30)
    assert found["VAR"] == found["VT"] == 5_000 - 430 - 800 + 600


def test_what_no_box_takes_is_a_line_of_its_own() -> None:
    found = flows([("512", 100), ("890", -100)])

    assert (found.values["VAR"], found.values["VT"], found.values["ECART"]) == (0, 100, 100)
    assert [one.account for one in found.unmapped] == ["890"]


@st.composite
def movements(draw: st.DrawFn) -> list[Held]:
    """Balanced movements on any accounts."""
    cents = st.integers(-(10**9), 10**12)
    drawn = draw(st.dictionaries(st.integers(100, 9_999_999), st.tuples(cents, cents), max_size=12))
    held = [Held(rank, str(rank), str(rank), *sides) for rank, sides in drawn.items()]
    gap = sum(one.debit - one.credit for one in held)
    return [*held, Held(-1, "5121", "Banque", max(-gap, 0), max(gap, 0))]


@given(movements())
def test_any_balanced_movements_foot_but_for_what_has_no_box(every: list[Held]) -> None:
    filled = fill(form("FLUX"), every)
    lost = sum(one.credit - one.debit for one in filled.unmapped)

    assert filled.values["VT"] == net(every, "51", "53", "54")
    assert filled.values["ECART"] == filled.values["VT"] - filled.values["VAR"] == lost
    for box in form("FLUX").boxes():
        behind = sum(part.cents for part in parts_of(form("FLUX"), filled, box.code))
        assert behind == filled.values[box.code], box.code


@pytest.mark.django_db
def test_the_farm_s_cash_goes_from_its_opening_to_its_closing(inside: Dossier) -> None:
    make_books(inside, read_fec(), **REAL_YEAR)
    held = years.years_of(inside)
    period = years.default_period(held)
    assert period is not None
    found = financials.statement(inside, "FLUX", period, None)
    rows = trial_balance(inside, period)
    cash = [row.sums for row in rows if row.account.startswith(("51", "53", "54"))]

    assert found.gap == 0
    assert found.now.values["TO"] == sum(one.start for one in cash)
    assert found.now.values["TC"] == sum(one.closing for one in cash)
    assert found.now.values["RN"] == result(rows)


@pytest.mark.django_db
def test_the_page_shows_the_flows_beside_the_year_before(get: Get, books: Books) -> None:
    page = words(get(f"{BOOKS}etats/?etat=flux"))

    assert "Flux net généré par l’activité 250,00 €" in page
    assert "Trésorerie de clôture 250,00 €" in page
    assert "Termes de calcul" not in page
    behind = words(get(f"{BOOKS}etats/postes/W2/?etat=flux"))
    assert "411000 Compte 411000 −1 234,56 € −100,00 €" in behind


@pytest.mark.django_db
def test_opening_entries_are_no_flow(inside: Dossier) -> None:
    make_books(
        inside, [Piece("BQ", D(2022, 5, 1), [Line("512", 500), Line("101", 0, 500)])], **Y2022
    )
    carried = Piece("AN", D(2023, 1, 1), [Line("512", 500), Line("101", 0, 500)], is_opening=True)
    spent = Piece("BQ", D(2023, 2, 1), [Line("606", 80), Line("512", 0, 80)])
    make_books(inside, [carried, spent], **Y2023)
    held = years.years_of(inside)
    period = years.period_of_year(held, held[0])
    values = financials.statement(inside, "FLUX", period, None).now.values

    assert (values["TO"], values["VAR"], values["TC"]) == (500, -80, 420)
