"""Duplicates: what is flagged, why, and that a dismissed pair never returns."""

from __future__ import annotations

import pytest

from clients.models import Dossier, DossierStats
from firm.models import User
from ledger.actions import duplicates
from ledger.models import BankTransaction, DuplicateFlag, Invoice
from ledger.queries.duplicate_reasons import sentences
from ledger.queries.duplicates import mark, only_duplicates, open_flags
from tests.ledger.books import asked_of_the_books
from tests.ledger.duplicate_items import (
    D,
    bank_account,
    document,
    invoice,
    moved,
    search,
    supplier,
)

pytestmark = pytest.mark.django_db
DAY = D(2025, 3, 10)


def pairs(kind: str = "invoice") -> set[tuple[int, int]]:
    return set(open_flags(kind).values_list("first_id", "second_id"))


def reasons() -> str:
    return " ".join(sentences(DuplicateFlag.objects.get())).replace("\u00a0", " ")


@pytest.mark.row("B16", "S3.21")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FA-00012", "fa 12"), ("2024-0012", "FA2024-0012"), ("INV 77", "77"), ("F25/003", "F25/3"),
    ],
)  # fmt: skip
def test_one_number_written_in_two_ways_is_one(
    one: str, other: str, inside: Dossier, alice: User
) -> None:
    moulin = supplier(inside, "Moulin")
    first = invoice(inside, moulin, one, 60_000, DAY)
    second = invoice(inside, moulin, other, 60_000, D(2025, 6, 1))
    assert search(inside, alice) == 1
    assert pairs() == {(first.id, second.id)}
    assert f"Même numéro : « {one} » et « {other} »." in reasons()
    assert "Même montant : 600,00 € TTC." in reasons()
    assert "Même tiers : Moulin." in reasons()


@pytest.mark.row("B16", "S3.21")
def test_the_same_amount_within_five_days_needs_numbers_that_do_not_tell_them_apart(
    inside: Dossier, alice: User
) -> None:
    moulin = supplier(inside, "Moulin")
    bare = invoice(inside, moulin, "", 60_000, DAY)
    near = invoice(inside, moulin, "FA-9", 60_000, D(2025, 3, 15))
    invoice(inside, moulin, "", 60_000, D(2025, 3, 21))
    invoice(inside, moulin, "FA-10", 60_000, D(2025, 3, 16))
    search(inside, alice)
    assert (bare.id, near.id) in pairs()
    assert all(bare.id in pair or near.id not in pair for pair in pairs())
    flag = DuplicateFlag.objects.get(first_id=bare.id, second_id=near.id)
    said = " ".join(sentences(flag)).replace("\u00a0", " ")
    assert "Dates à 5 jours l’une de l’autre : 10/03/2025 et 15/03/2025." in said


@pytest.mark.row("B16")
def test_what_recurs_is_no_duplicate(inside: Dossier, alice: User) -> None:
    landlord, baker, energy = (supplier(inside, name) for name in ("Bailleur", "Levure", "EDF"))
    for month in range(1, 13):
        invoice(inside, landlord, "LOYER 2025", 120_000, D(2025, month, 1))
    for day in range(1, 29):
        invoice(inside, baker, "", 4_500, D(2025, 3, day))
        invoice(inside, energy, f"E{day:03d}", 1_000, D(2025, 3, 1))
    search(inside, alice)
    assert pairs() == set()


@pytest.mark.row("B16")
def test_a_supplier_known_under_two_names_is_one(inside: Dossier, alice: User) -> None:
    one = supplier(inside, "S.A.R.L. Moulin de la Seine")
    other = supplier(inside, "MOULIN SEINE")
    stranger = supplier(inside, "Moulin à vent")
    first = invoice(inside, one, "FA-12", 60_000, DAY)
    second = invoice(inside, other, "12", 60_000, DAY)
    invoice(inside, stranger, "FA-12", 60_000, DAY)
    search(inside, alice)
    assert pairs() == {(first.id, second.id)}
    assert "Noms proches : « S.A.R.L. Moulin de la Seine » et « MOULIN SEINE »." in reasons()


@pytest.mark.row("B16")
def test_one_siren_is_one_supplier(inside: Dossier, alice: User) -> None:
    one = supplier(inside, "Alpha", siren="552100554")
    other = supplier(inside, "Zeta", siren="552100554")
    invoice(inside, one, "FA-12", 60_000, DAY)
    invoice(inside, other, "FA-12", 60_000, DAY)
    search(inside, alice)
    assert "Même SIREN : 552100554." in reasons()


@pytest.mark.row("B16", "S3.21")
def test_the_same_file_sent_twice_is_seen_whatever_was_typed(inside: Dossier, alice: User) -> None:
    sha = "ab" * 32
    first = invoice(inside, None, "", 60_000, DAY, document=document(inside, sha))
    second = invoice(inside, None, "X", 61_000, D(2025, 9, 1), document=document(inside, sha))
    invoice(inside, None, "Y", 61_000, D(2025, 9, 1), document=document(inside, "cd" * 32))
    search(inside, alice)
    assert pairs() == {(first.id, second.id)}
    assert "Même fichier (empreinte abababababab)." in reasons()


@pytest.mark.row("S3.25")
def test_an_invoice_sent_beside_an_automatic_one_is_flagged(inside: Dossier, alice: User) -> None:
    orange = supplier(inside, "Orange")
    invoice(inside, orange, "AUTO-2025-03", 3_999, DAY, source="auto")
    sent = invoice(inside, orange, "F8812", 3_999, D(2025, 3, 12))
    assert duplicates.find_duplicates(inside, invoices=[sent.id], by=alice) == 1


@pytest.mark.row("B16")
def test_other_sides_types_archived_and_cancelled_are_left_out(
    inside: Dossier, alice: User
) -> None:
    moulin = supplier(inside, "Moulin")
    invoice(inside, moulin, "FA-12", 60_000, DAY)
    invoice(inside, moulin, "FA-12", 60_000, DAY, type="credit_note")
    invoice(inside, moulin, "FA-12", 60_000, DAY, direction="sale")
    invoice(inside, moulin, "FA-12", 60_000, DAY, booking="archived")
    invoice(inside, moulin, "FA-12", 60_000, DAY, state="cancelled")
    assert search(inside, alice) == 0


@pytest.mark.row("B16")
def test_a_dismissed_pair_never_returns(inside: Dossier, alice: User) -> None:
    moulin = supplier(inside, "Moulin")
    invoice(inside, moulin, "FA-12", 60_000, DAY)
    second = invoice(inside, moulin, "FA-12", 60_000, DAY)
    search(inside, alice)
    assert DossierStats.objects.get().duplicates == 1
    flag = DuplicateFlag.objects.get()
    duplicates.dismiss(flag, by=alice)
    assert search(inside, alice) == 0
    Invoice.objects.filter(pk=second.pk).update(gross=60_100)
    search(inside, alice)
    Invoice.objects.filter(pk=second.pk).update(gross=60_000)
    search(inside, alice)
    assert pairs() == set()
    assert DuplicateFlag.objects.get().state == "dismissed"
    assert DossierStats.objects.get().duplicates == 0
    with pytest.raises(duplicates.PairIsSettled):
        duplicates.dismiss(flag, by=alice)
    duplicates.reconsider(flag, by=alice)
    assert len(pairs()) == 1


@pytest.mark.row("B16")
def test_a_pair_leaves_with_the_correction_and_hides_with_the_archiving(
    inside: Dossier, alice: User
) -> None:
    moulin = supplier(inside, "Moulin")
    invoice(inside, moulin, "FA-12", 60_000, DAY)
    second = invoice(inside, moulin, "FA-12", 60_000, DAY)
    search(inside, alice)
    Invoice.objects.filter(pk=second.pk).update(booking="archived")
    search(inside, alice)
    assert (pairs(), DossierStats.objects.get().duplicates) == (set(), 0)
    Invoice.objects.filter(pk=second.pk).update(booking="to_process")
    assert len(pairs()) == 1
    Invoice.objects.filter(pk=second.pk).update(number="FA-99")
    duplicates.find_duplicates(inside, invoices=[second.id], by=alice)
    assert not DuplicateFlag.objects.exists()


@pytest.mark.row("B16", "S3.21")
def test_a_statement_read_from_two_sources_or_repeating_a_line_is_seen(
    inside: Dossier, alice: User
) -> None:
    account = bank_account(inside)
    fed = moved(account, -12_345, DAY, "PRLV SEPA ORANGE FRANCE", "bank")
    read = moved(account, -12_345, D(2025, 3, 12), "Prélèvement Orange", "csv")
    one = moved(account, -9_900, DAY, "CB CARREFOUR", "csv")
    other = moved(account, -9_900, DAY, "CB CARREFOUR", "csv")
    moved(account, -9_900, D(2025, 3, 12), "CB CARREFOUR", "csv")
    moved(account, 9_900, DAY, "CB CARREFOUR", "csv")
    moved(account, -12_345, D(2025, 3, 11), "Loyer mars", "csv")
    search(inside, alice)
    assert pairs("transaction") == {(fed.id, read.id), (one.id, other.id)}
    flag = DuplicateFlag.objects.get(first_id=fed.id)
    said = " ".join(sentences(flag)).replace("\u00a0", " ")
    assert "Même compte (Compte courant) et même montant : −123,45 €." in said
    assert "Deux sources : connexion bancaire et relevé CSV." in said
    flag = DuplicateFlag.objects.get(first_id=one.id)
    assert "Deux fois dans la même source : relevé CSV." in " ".join(sentences(flag)).replace(
        "\u00a0", " "
    )


@pytest.mark.row("B16")
def test_what_the_takeover_holds_back_is_the_takeovers_business(
    inside: Dossier, alice: User
) -> None:
    account, moulin = bank_account(inside), supplier(inside, "Moulin")
    moved(account, -100, DAY, "Virement Moulin", "fec")
    moved(account, -100, DAY, "Virement Moulin", "csv", is_pre_takeover=True)
    invoice(inside, moulin, "FA-12", 100, DAY, source="fec")
    held = invoice(inside, moulin, "FA-12", 100, DAY, is_pre_takeover=True)
    assert search(inside, alice) == 0
    Invoice.objects.filter(pk=held.pk).update(is_kept=True)
    assert search(inside, alice) == 1


@pytest.mark.row("S3.22")
@pytest.mark.parametrize("rows", [1, 3])
def test_the_marks_of_a_page_cost_one_query(rows: int, inside: Dossier, alice: User) -> None:
    moulin = supplier(inside, "Moulin")
    for rank in range(rows):
        invoice(inside, moulin, f"FA-{rank + 1}00", 60_000 + rank, DAY)
        invoice(inside, moulin, f"{rank + 1}00", 60_000 + rank, DAY)
    lone = invoice(inside, moulin, "Z-7000", 5, DAY)
    search(inside, alice)
    page = list(Invoice.objects.order_by("id"))
    assert asked_of_the_books(lambda: mark(page)) == 1
    assert [bool(row.duplicate) for row in page] == [True] * 2 * rows + [False]
    assert page[0].duplicate.count == 1
    assert only_duplicates(Invoice.objects.all()).count() == 2 * rows
    assert lone not in only_duplicates(Invoice.objects.all())
    mark([])
    assert only_duplicates(BankTransaction.objects.all()).count() == 0
