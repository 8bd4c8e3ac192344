"""A FEC taken back leaves what the bank's work uses by now, and nothing else."""

from __future__ import annotations

import pytest

from clients.models import Dossier
from firm.models import User
from ledger.actions.bank_rules import save_rule
from ledger.models import Account, BankAccount, BankRule, BankTransaction, Journal, ThirdParty
from tests.conftest import open_dossier
from tests.ledger import small_fec
from tests.ledger.bank.bank_rows import D, imported
from tests.ledger.bank.writing import Moved, as_camt
from tests.ledger.test_fec_flow import confirm, send, undo


@pytest.mark.django_db(transaction=True)
def test_a_fec_goes_and_leaves_what_the_bank_uses(boulangerie: Dossier, alice: User) -> None:
    content = small_fec.content(small_fec.ordinary())
    row = confirm(boulangerie, alice, send(boulangerie, alice, content, small_fec.name()))
    with open_dossier(alice, boulangerie):
        on = BankAccount.objects.get(account__number="512000")
        BankAccount.objects.update(journal=Journal.objects.get(code="BQ"))
        mill = ThirdParty.objects.get(code="MOULIN")
        save_rule(
            boulangerie, None, by=alice, name="Moulin", words="moulin", when_third_party=mill,
            account=Account.objects.get(number="607000"),
        )  # fmt: skip
        rows = [Moved(D(2025, 1, 2), -60_00, "PRLV MOULIN", "A")]
        imported(boulangerie, as_camt(rows), alice, on)
    row = undo(boulangerie, alice, row)
    assert row.state == "undone", row.error
    with open_dossier(alice, boulangerie):
        assert [one.label for one in BankTransaction.objects.all()] == ["PRLV MOULIN"]
        numbers = Account.objects.order_by("number").values_list("number", flat=True)
        assert list(numbers) == ["401000", "512000", "607000"]
        assert list(ThirdParty.objects.values_list("code", flat=True)) == ["MOULIN"]
        assert list(Journal.objects.values_list("code", flat=True)) == ["BQ"]
        assert BankRule.objects.count() == 1
