"""The forms as data, and how balances fill them: a filed return, two real files, random books.

The sums of `123456789FEC20500930` come from a file of fec-reader (MIT), its filed figures from the
return that goes with it.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.financials.fill import Filled, Held, fill, leaves, parts_of, to_euros
from ledger.financials.forms import CODES, Form, form
from tests.ledger.real_fec import REAL_FEC

DATA = Path(__file__).parents[1] / "data" / "fec"
FILED_INCOME = {
    "FL": 1_212_844, "FO": 4_667, "FP": 8_248, "FQ": 18, "FR": 1_225_777, "FS": 410_953,
    "FT": 44_076, "FU": 14_869, "FV": 0, "FW": 263_948, "FX": 13_758, "FY": 249_858,
    "FZ": 83_308, "GA": 26_833, "GE": 16, "GF": 1_107_620, "GG": 118_157, "GP": 0, "GR": 3_044,
    "GU": 3_044, "GV": -3_044, "GW": 115_113, "HA": 857, "HB": 10_417, "HD": 11_274, "HE": 35,
    "HF": 0, "HG": 118, "HH": 153, "HI": 11_121, "HK": 0, "HL": 1_237_050, "HM": 1_110_816,
    "HN": 126_234, "FA": 1_212_827, "FG": 17,
}  # fmt: skip
FILED_BALANCE_SHEET = {
    "AH": 589_230, "AR": 107_140, "AS": 83_567, "AT": 560_645, "AU": 493_115, "BH": 31_394,
    "BJ": 1_288_409, "BK": 576_683, "BT": 11_586, "BZ": 35_268, "CF": 124_818, "CH": 4_988,
    "CJ": 304_861, "CO": 1_593_270, "DA": 356_000, "DD": 35_600, "DH": 121_396, "DI": 126_234,
    "DU": 147_174, "DV": 41_056, "DX": 156_766, "DY": 32_361, "EC": 377_357, "EE": 1_016_587,
}  # fmt: skip


def filed_books() -> tuple[list[Held], list[Held], int]:
    """Balances of classes 1 to 5 by side, what moved on 6 and 7, and the profit."""
    held: dict[str, list[int]] = {}
    moved: dict[str, int] = {}
    with (DATA / "123456789FEC20500930.sums.csv").open() as source:
        for row in csv.DictReader(source):
            debit, credit = int(row["debit"]), int(row["credit"])
            if row["account"][0] in "67":
                moved[row["account"]] = moved.get(row["account"], 0) + debit - credit
                continue
            closing = int(row["opening_debit"]) - int(row["opening_credit"]) + debit - credit
            sides = held.setdefault(row["account"], [0, 0])
            sides[closing < 0] += abs(closing)
    return (
        [Held(0, number, number, *sides) for number, sides in held.items()],
        [Held(0, number, number, max(net, 0), max(-net, 0)) for number, net in moved.items()],
        -sum(moved.values()),
    )


def in_euros(filled: Filled, codes: dict[str, int]) -> dict[str, int]:
    return {code: to_euros(filled.values[code]) for code in codes}


def test_the_income_statement_of_a_filed_return_agrees_to_the_euro() -> None:
    _held, moved, profit = filed_books()

    filled = fill(form("2052"), moved)

    assert in_euros(filled, FILED_INCOME) == FILED_INCOME
    assert filled.values["HN"] == profit == 12_623_391
    assert not filled.unmapped


def test_the_balance_sheet_of_a_filed_return_agrees_to_the_euro() -> None:
    held, _moved, profit = filed_books()

    filled = fill(form("2050"), held, result=profit)

    assert in_euros(filled, FILED_BALANCE_SHEET) == FILED_BALANCE_SHEET
    # The form has 128 201 there, half a euro counting for one.
    assert to_euros(filled.values["BX"]) == 128_201
    assert filled.values["CO"] - filled.values["1A"] == filled.values["EE"] == 101_658_733


def test_the_side_of_a_supplier_is_its_own_not_that_of_the_collective_account() -> None:
    held, _moved, profit = filed_books()
    netted = [
        Held(0, one.account, "", max(one.debit - one.credit, 0), max(one.credit - one.debit, 0))
        for one in held
    ]

    by_auxiliary = fill(form("2050"), held, result=profit).values
    by_collective = fill(form("2050"), netted, result=profit).values

    assert by_auxiliary["DX"] - by_collective["DX"] == 187_562
    assert by_auxiliary["BZ"] - by_collective["BZ"] == 187_562
    assert to_euros(by_collective["DX"]) == 154_891


@pytest.mark.parametrize("name", [REAL_FEC.name, "111111111FEC20221231.TXT"])
def test_the_real_files_give_statements_that_foot(name: str) -> None:
    truth = json.loads((DATA / f"{name}.truth.json").read_text())
    every = [
        Held(0, number, number, max(one["balance"], 0), max(-one["balance"], 0))
        for number, one in truth["accounts"].items()
    ]
    held = [one for one in every if one.account[0] in "12345"]
    moved = [one for one in every if one.account[0] in "67"]
    profit = sum(one.credit - one.debit for one in moved)

    assert profit == truth["result"]
    for code, assets, less, debts in (("2050", "CO", "1A", "EE"), ("2033-A", "110", "112", "180")):
        filled = fill(form(code), held, result=profit)
        assert not filled.unmapped
        assert filled.values[assets] - filled.values[less] == filled.values[debts]
    for code, box in (("2052", "HN"), ("2033-B", "310"), ("SIG", "RNET"), ("2035", "CP")):
        assert fill(form(code), moved).values[box] == profit


@st.composite
def books(draw: st.DrawFn) -> list[Held]:
    """Balances on any accounts, debit and credit together nil over all of them."""
    numbers = draw(
        st.lists(st.from_regex(r"[1-7][0-9]{2,7}", fullmatch=True), min_size=1, unique=True)
    )
    amounts = st.integers(0, 10**12)
    held = [
        Held(rank, number, number, draw(amounts), draw(amounts))
        for rank, number in enumerate(numbers)
    ]
    gap = sum(one.debit - one.credit for one in held)
    return [*held, Held(-1, "512", "Banque", max(-gap, 0), max(gap, 0))]


@given(books())
def test_any_balanced_books_give_statements_that_agree_with_each_other(every: list[Held]) -> None:
    moved = [one for one in every if one.account[0] in "67"]
    held = [one for one in every if one.account[0] in "12345"]
    profit = sum(one.credit - one.debit for one in moved)
    for code, box in (("2052", "HN"), ("2033-B", "310"), ("SIG", "RNET"), ("2035", "CP")):
        filled = fill(form(code), moved)
        lost = sum(one.credit - one.debit for one in filled.unmapped)
        assert filled.values[box] + lost == profit, code
    for code, assets, less, debts in (("2050", "CO", "1A", "EE"), ("2033-A", "110", "112", "180")):
        filled = fill(form(code), held, result=profit)
        lost = sum(one.debit - one.credit for one in filled.unmapped)
        gap = filled.values[assets] - filled.values[less] - filled.values[debts]
        assert gap + lost == 0, code


@given(books())
def test_the_accounts_behind_each_total_add_up_to_it(every: list[Held]) -> None:
    for code in ("2052", "SIG", "2035"):
        filled = fill(form(code), [one for one in every if one.account[0] in "67"])
        for box in form(code).boxes():
            assert (
                sum(part.cents for part in parts_of(form(code), filled, box.code))
                == (filled.values[box.code])
            )


@pytest.mark.parametrize("code", CODES)
def test_every_total_of_a_form_adds_up_boxes_that_it_has(code: str) -> None:
    wanted: Form = form(code)
    codes = {box.code for box in wanted.boxes()}

    assert len(codes) == len(list(wanted.boxes()))
    for box in wanted.boxes():
        assert {term for term, _sign in box.terms} <= codes
        assert leaves(wanted, box.code)


def test_every_account_of_result_has_a_box_whatever_its_number() -> None:
    for number in (f"{root:03d}" for root in range(600, 800)):
        for code in ("2052", "2033-B", "SIG", "2035"):
            assert form(code).box_of(number, "debit"), (code, number)
            assert form(code).box_of(number, "credit"), (code, number)


@pytest.mark.parametrize(
    ("root", "box"),
    [
        ("707", "FA"), ("7097", "FA"), ("7091", "FD"), ("706", "FG"), ("7085", "FG"),
        ("713", "FM"), ("72", "FN"), ("74", "FO"), ("747", "FO"), ("781", "FP"), ("791", "FP"),
        ("758", "FQ"), ("757", "FQ"), ("755", "GH"), ("655", "GI"), ("657", "GE"),
        ("6037", "FT"), ("6031", "FV"), ("6087", "FS"), ("6082", "FU"), ("6061", "FW"),
        ("625", "FW"), ("6354", "FX"), ("641", "FY"), ("6451", "FZ"), ("649", "FZ"),
        ("6811", "GA"), ("6816", "GB"), ("6817", "GC"), ("6815", "GD"), ("661", "GR"),
        ("666", "GS"), ("667", "GT"), ("686", "GQ"), ("761", "GJ"), ("762", "GK"), ("764", "GL"),
        ("786", "GM"), ("766", "GN"), ("767", "GO"), ("771", "HA"), ("775", "HB"), ("787", "HC"),
        ("671", "HE"), ("675", "HF"), ("687", "HG"), ("691", "HJ"), ("695", "HK"), ("699", "HK"),
    ],
)  # fmt: skip
def test_the_published_roots_of_the_income_statement(root: str, box: str) -> None:
    assert form("2052").box_of(f"{root}00", "debit") == box
    assert form("2052").box_of(f"{root}00", "credit") == box


@pytest.mark.parametrize(
    ("account", "debit", "credit"),
    [
        ("401000", "BZ", "DX"), ("408100", "BZ", "DX"), ("404000", "BZ", "DZ"),
        ("409100", "BV", "EA"), ("411000", "BX", "EA"), ("419100", "BZ", "DW"),
        ("421000", "BZ", "DY"), ("445660", "BZ", "DY"), ("455000", "BZ", "DV"),
        ("456200", "CB", "DV"), ("467000", "BZ", "EA"), ("476000", "CN", "EA"),
        ("477000", "BZ", "ED"), ("481600", "CW", "CW"), ("486000", "CH", "EA"),
        ("487000", "BZ", "EB"), ("491000", "BY", "BY"), ("512000", "CF", "DU"),
        ("519000", "DU", "DU"), ("164000", "DU", "DU"), ("169000", "CM", "CM"),
        ("109000", "AA", "AA"), ("108000", "DA", "DA"), ("119000", "DH", "DH"),
        ("281830", "AU", "AU"), ("280500", "AG", "AG"), ("207000", "AH", "AH"),
        ("397000", "BU", "BU"),
    ],
)  # fmt: skip
def test_the_side_of_a_balance_decides_of_its_place(account: str, debit: str, credit: str) -> None:
    assert form("2050").box_of(account, "debit") == debit
    assert form("2050").box_of(account, "credit") == credit


def test_an_earlier_result_that_waits_for_its_allocation_is_no_result_of_the_year() -> None:
    held = [Held(1, "120000", "Résultat", 0, 5_000), Held(2, "512000", "Banque", 7_000, 0)]

    waiting = fill(form("2050"), held, result=2_000).values
    closed = fill(form("2050"), [held[0], Held(2, "512000", "Banque", 5_000, 0)]).values

    assert (waiting["DH"], waiting["DI"]) == (5_000, 2_000)
    assert (closed["DH"], closed["DI"]) == (0, 5_000)


def test_half_a_euro_counts_for_one_on_both_sides() -> None:
    assert [to_euros(cents) for cents in (49, 50, -49, -50, 149, 150)] == [0, 1, 0, -1, 1, 2]
