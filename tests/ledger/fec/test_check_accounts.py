from pathlib import Path

import pytest

from ledger.fec.check import Context, Corrections
from tests.ledger.fec.checked import check, entry, fec, line, purchase, sale


def _metro(number: str = "FMETRO") -> str:
    piece = purchase(1)
    piece[2] |= {"CompteNum": number, "CompteLib": "METRO", "CompAuxNum": "", "CompAuxLib": ""}
    return fec(piece, purchase(2, third="F2"))


@pytest.mark.parametrize("number", ["FMETRO", "41", "4,11E+05", "A01000"])
def test_a_number_without_three_digits_first_waits_for_its_account(
    tmp_path: Path, number: str
) -> None:
    got = check(tmp_path, _metro(number))

    found = got.one("COMPTE_NON_NUMERIQUE")
    assert (found.severity, found.line, found.column) == ("error", 4, "CompteNum")
    assert (found.old, found.settle) == (number, "account")
    assert got.verdicts == ("conforme", "reject")
    assert got.summary["questions"][0]["kind"] == "account"


def test_a_mapped_account_keeps_its_name_as_third_party(tmp_path: Path) -> None:
    chosen = Context(corrections=Corrections(accounts={"FMETRO": ("401000", None)}))

    got = check(tmp_path, _metro(), context=chosen)

    assert (got.codes, got.report.accounting) == ({"COMPTE_ASSOCIE": 1}, "accept_with_warnings")
    assert got.tables["thirds"][0][1:4] == ["supplier", "FMETRO", "METRO"]
    assert got.tables["accounts"][2] == ["3", "401000", "Fournisseurs"]
    assert got.column("lines", 12) == [""] * 6


def test_a_code_inside_the_account_number_names_a_third_party(tmp_path: Path) -> None:
    got = check(tmp_path, _metro("401F0001"))

    assert got.tables["thirds"][0] == ["1", "supplier", "F0001", "METRO", "3", "t"]
    assert got.one("TIERS_DEDUIT").severity == "warning"
    assert got.column("lines", 12) == [""] * 6
    assert got.column("invoices", 5)[0] == "1"


@pytest.mark.parametrize(
    ("number", "code", "label"),
    [
        ("401000", "401000", "Divers"),
        ("401100", "401100", "Divers"),
        ("40100012", "00012", "METRO"),
    ],
)
def test_a_bare_collective_account_is_divers_and_a_numbered_one_somebody(
    tmp_path: Path, number: str, code: str, label: str
) -> None:
    piece = purchase(1)
    piece[2] |= {"CompteNum": number, "CompteLib": "METRO", "CompAuxNum": "", "CompAuxLib": ""}

    got = check(tmp_path, fec(piece))

    assert got.tables["thirds"][0][1:4] == ["supplier", code, label]
    assert got.report.accounting == "accept"


def test_divers_never_clashes_on_invoice_numbers(tmp_path: Path) -> None:
    pieces = [purchase(number, third="", PieceRef="F1") for number in (1, 2)]

    assert check(tmp_path, fec(*pieces)).codes == {}


def test_a_derived_code_gives_way_to_the_same_auxiliary_number(tmp_path: Path) -> None:
    piece = purchase(1)
    piece[2] |= {"CompteNum": "401ABC", "CompAuxNum": "", "CompAuxLib": ""}

    got = check(tmp_path, fec(piece, purchase(2, third="ABC")))

    assert sorted(got.column("thirds", 2)) == ["401ABC", "ABC"]


def test_a_supplier_and_a_customer_of_one_code_are_two_third_parties(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1, third="X"), sale(1, third="X")))

    assert [row[1:3] for row in got.tables["thirds"]] == [["supplier", "X"], ["customer", "X"]]
    assert got.summary["third_parties"] == {"customers": 1, "suppliers": 1}


def test_one_auxiliary_on_several_accounts_is_one_third_party(tmp_path: Path) -> None:
    advance = entry(line("409100", 500, "X"), line("401000", -500, "X"))

    got = check(tmp_path, fec(advance, purchase(1, third="X")))

    assert got.tables["thirds"] == [["1", "supplier", "X", "Tiers X", "2", "f"]]


def test_an_auxiliary_elsewhere_is_kept_without_a_third_party(tmp_path: Path) -> None:
    got = check(tmp_path, fec(entry(line("421000", -1000, "S1"), line("641000", 1000))))

    assert (got.one("AUX_HORS_TIERS").line, got.tables["thirds"]) == (2, [])
    assert got.column("lines", 12)[0] == '{"CompAuxNum":"S1","CompAuxLib":"Tiers S1"}'


def test_an_auxiliary_without_label_goes_by_its_number(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1, CompAuxLib="")))

    assert (got.one("AUX_SANS_LIBELLE").line, got.column("thirds", 3)) == (4, ["FMETRO"])


def test_a_label_without_auxiliary_is_kept(tmp_path: Path) -> None:
    piece = purchase(1)
    piece[2]["CompAuxNum"] = ""

    got = check(tmp_path, fec(piece))

    assert got.one("AUX_LIBELLE_SEUL").line == 4
    assert got.column("lines", 12)[2] == '{"CompAuxLib":"Tiers FMETRO"}'


def test_the_latest_label_by_date_is_kept_and_every_line_gives_its_own_back(
    tmp_path: Path,
) -> None:
    older, newer = purchase(1), purchase(2, EcritureDate="20250401")
    newer[0]["CompteLib"] = "Achats de marchandises"
    newer[2]["CompAuxLib"] = "METRO CC"

    got = check(tmp_path, fec(older, newer))
    turned = check(tmp_path, fec(newer, older))

    assert (
        got.one("COMPTE_LIBELLES_MULTIPLES").line,
        got.one("TIERS_LIBELLES_MULTIPLES").line,
    ) == (
        5,
        7,
    )
    for one in (got, turned):
        assert one.column("accounts", 2)[0] == "Achats de marchandises"
        assert one.column("thirds", 3) == ["METRO CC"]
    assert got.column("lines", 12) == [
        '{"CompteLib":"Marchandises"}', "", '{"CompAuxLib":"Tiers FMETRO"}', "", "", "",
    ]  # fmt: skip
    assert turned.column("lines", 12)[3:] == got.column("lines", 12)[:3]


def test_mixed_lengths_are_a_remark_and_nothing_is_changed(tmp_path: Path) -> None:
    content = fec(
        entry(line("60610000", 100), line("51200000", -100)),
        entry(line("606", 100), line("60620000", -100), EcritureNum="2"),
    )

    got = check(tmp_path, content)

    assert (got.codes, got.report.accounting) == ({"COMPTE_LONGUEURS": 1}, "accept")
    assert "606 en 60600000" in got.one("COMPTE_LONGUEURS").message
    assert "606" in got.column("accounts", 1)


def test_a_suspense_account_left_open_is_doubtful(tmp_path: Path) -> None:
    got = check(tmp_path, fec(entry(line("471000", 500), line("512000", -500))))

    found = got.one("COMPTE_471_NON_SOLDE")
    assert (found.line, found.amount, "débiteur" in found.message) == (2, 500, True)


@pytest.mark.parametrize(
    ("amount", "currency", "codes"),
    [
        ("130,50", "USD", {}),
        ("", "EUR", {}),
        ("0,00", "", {}),
        ("10,00", "", {"DEVISE_INCOMPLETE": 1}),
        ("", "USD", {"DEVISE_INCOMPLETE": 1}),
        ("10,00", "ZZZ", {"DEVISE_INCONNUE": 1}),
        ("dix", "USD", {"DEVISE_MONTANT": 1, "DEVISE_INCOMPLETE": 1}),
    ],
)
def test_a_foreign_amount_and_its_currency_go_together(
    tmp_path: Path, amount: str, currency: str, codes: dict[str, int]
) -> None:
    piece = sale(1)
    piece[0] |= {"Montantdevise": amount, "Idevise": currency}

    assert check(tmp_path, fec(piece)).codes == codes
