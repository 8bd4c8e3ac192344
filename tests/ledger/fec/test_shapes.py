import pytest

from ledger.fec.kinds import Kind, kind_of, mask_of
from ledger.fec.shapes import Shape, shape_of


def _shape(*numbers: str) -> Shape:
    return shape_of(mask_of(*(kind_of(number) for number in numbers)))


@pytest.mark.parametrize(
    ("numbers", "shape"),
    [
        (("411000", "707000", "445710"), "sale"),
        (("416000", "706000"), "sale"),
        (("411000", "722000"), "sale"),
        (("411000", "706000", "445740"), "sale"),
        (("411000", "706000", "445870"), "sale"),
        (("411000", "419100", "707000", "445710"), "sale"),
        (("401000", "607000", "445660"), "purchase"),
        (("401000", "641100"), "purchase"),
        (("401000", "651000"), "purchase"),
        (("401000", "658000", "445660"), "purchase"),
        (("404000", "218300", "445620"), "purchase"),
        (("401000", "607000", "445662", "445200"), "purchase"),
        (("401000", "613200", "486000", "445660"), "purchase"),
        (("512000", "411000"), "bank"),
        (("530000", "580000"), "bank"),
        (("511200", "411000"), "bank"),
        (("512000", "627000"), "bank"),
        (("530000", "707000", "445710"), "cash_sale"),
        (("512000", "707000"), "cash_sale"),
        (("512000", "411000", "707000"), "bank"),
        (("641000", "421000", "431000"), "payroll"),
        (("645000", "437000"), "payroll"),
        (("445710", "445660", "445510"), "vat"),
        (("445710", "658000", "445510"), "vat"),
        (("681100", "281000"), "inventory"),
        (("603700", "370000"), "inventory"),
        (("607000", "408100"), "inventory"),
        (("418100", "706000", "445870"), "inventory"),
        (("486000", "613200"), "inventory"),
        (("455000", "625100", "445660"), "expense"),
        (("421000", "625100"), "expense"),
        (("467000", "606300"), "expense"),
        (("401000", "411000"), "misc"),
        (("401000", "707000"), "misc"),
        (("411000", "601000"), "misc"),
        (("401000", "758000"), "misc"),
        (("411000", "658000"), "misc"),
        (("411000", "768000"), "misc"),
        (("101000", "108000"), "misc"),
    ],
)
def test_accounts_tell_what_an_entry_records(numbers: tuple[str, ...], shape: Shape) -> None:
    assert _shape(*numbers) == shape


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("401F0001", Kind.SUPPLIER),
        ("4091", Kind.DEPOSIT),
        ("4181", Kind.ACCRUED),
        ("603700", Kind.STOCK_CHANGE),
        ("609700", Kind.CHARGE),
        ("658000", Kind.ROUNDING),
        ("280500", Kind.OTHER),
        ("213500", Kind.ASSET),
        ("519000", Kind.CASH),
        ("512110", Kind.BANK),
        ("129000", Kind.RESULT),
        ("999000", Kind.OTHER),
    ],
)
def test_the_longest_root_gives_the_kind(number: str, kind: Kind) -> None:
    assert kind_of(number) == kind
