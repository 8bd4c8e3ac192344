"""Invoices made here: created, changed, given a document, kept in spite of the takeover."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.actions.documents import DocumentInUse, trash_document
from clients.actions.dossiers import update_dossier
from clients.models import Dossier, DossierStats
from firm.models import AuditEvent, User
from ledger.actions.invoice_documents import attach_document, create_from_document, detach_document
from ledger.actions.invoices import (
    InvoiceDraft,
    InvoiceInvalid,
    InvoiceNotEditable,
    LineDraft,
    create_invoice,
    update_invoice,
)
from ledger.actions.keeping import NothingToKeep, keep_items
from ledger.invoice_amounts import Line, in_euros, settled, sums
from ledger.models import Invoice, InvoiceLine
from ledger.queries.invoices import missing
from tests.ledger.invoice_desk import DAY, bought, document, party

D = Decimal


def add_up(invoice: Invoice) -> bool:
    lines = InvoiceLine.objects.filter(invoice=invoice.id)
    net, vat = sum(line.net for line in lines), sum(line.vat for line in lines)
    return (invoice.net, invoice.vat, invoice.gross) == (net, vat, net + vat)


def test_an_invoice_is_written_with_its_lines_and_waits_to_be_booked(
    alice: User, inside: Dossier
) -> None:
    supplier = party(inside, alice)
    supplier.payment_days = 30
    lines = [
        LineDraft(Line(5_290_00, None, D("5.5")), "Farines"),
        LineDraft(Line(68_00, None, D(20)), "Transport"),
    ]
    made = bought(inside, alice, "FA-4512", third_party=supplier, lines=lines)
    made.refresh_from_db()

    assert (made.net, made.vat, made.gross) == (5_358_00, 304_55, 5_662_55)
    assert made.due_date == dt.date(2026, 12, 17)
    assert (made.booking, made.source, made.state) == ("to_process", "manual", "issued")
    assert add_up(made)
    assert missing(made) == []
    assert DossierStats.objects.get().to_book == 1
    assert AuditEvent.objects.filter(action="ledger.invoice_created").count() == 1


def test_an_invoice_in_another_currency_is_kept_in_euros_with_what_it_bears(
    alice: User, inside: Dossier
) -> None:
    lines = [LineDraft(Line(1_000_00, None, D(0)), "Software")]
    made = bought(inside, alice, "US-1", lines=lines, currency="USD", fx_rate=D("0.9137"))
    made.refresh_from_db()

    assert (made.gross, made.foreign_gross, made.fx_rate) == (913_70, "1000.00", D("0.9137"))
    line = InvoiceLine.objects.get()
    assert (line.qty, line.unit_price) == (1, 1000)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        ({}, ""),
        ({"number": "1", "currency": "EURO", "fx_rate": D(1)}, "currency"),
        ({"number": "1", "currency": "USD"}, "fx_rate"),
        ({"number": "1", "currency": "USD", "fx_rate": D(0)}, "fx_rate"),
        ({"number": "1", "regime": "offshore"}, "regime"),
        ({"number": "x" * 201}, "number"),
        ({"number": "1", "issue_date": dt.date(226, 1, 1)}, "issue_date"),
        ({"number": "1", "type": "ticket"}, "type"),
        ({"lines": [LineDraft(Line(-1, None, None))]}, ""),
    ],
)
def test_what_does_not_hold_together_is_refused_whole(
    alice: User, inside: Dossier, draft: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvoiceInvalid) as refused:
        create_invoice(inside, InvoiceDraft(**draft), direction="purchase", by=alice)
    errors = refused.value.details.get("errors", [{"field": ""}])
    assert [error["field"] for error in errors] == [field]
    assert not Invoice.objects.exists()


def test_a_purchase_has_a_supplier_and_a_sale_a_customer(alice: User, inside: Dossier) -> None:
    customer = party(inside, alice, direction="sale")
    with pytest.raises(InvoiceInvalid, match="bon côté"):
        bought(inside, alice, third_party=customer)
    assert bought(inside, alice, third_party=customer, direction="sale").id


def test_an_invoice_is_changed_while_it_is_to_be_booked_and_the_trail_says_what(
    alice: User, inside: Dossier
) -> None:
    made = bought(inside, alice)
    lines = [LineDraft(Line(200_00, None, D(10)), "Café")]
    update_invoice(made, InvoiceDraft(number="FA-2", issue_date=DAY, lines=lines), by=alice)
    made.refresh_from_db()

    assert (made.number, made.gross) == ("FA-2", 220_00)
    assert add_up(made)
    event = AuditEvent.objects.get(action="ledger.invoice_changed")
    assert event.details["changed"] == {
        "number": ["FA-1", "FA-2"], "net": ["10000", "20000"], "gross": ["12000", "22000"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"booking": "booked"}, "comptabilisée"),
        ({"booking": "archived"}, "Restaurez-la"),
        ({"source": "fec"}, "vient d’un FEC"),
    ],
)
def test_what_is_booked_archived_or_of_a_fec_is_not_changed(
    alice: User, inside: Dossier, change: dict[str, str], said: str
) -> None:
    made = bought(inside, alice)
    Invoice.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(InvoiceNotEditable, match=said):
        update_invoice(made, InvoiceDraft(number="autre"), by=alice)
    made.refresh_from_db()
    assert made.number == "FA-1"


DRAFTS = st.lists(
    st.tuples(
        st.integers(-(10**9), 10**10), st.none() | st.integers(-(10**6), 10**8),
        st.sampled_from([None, D(0), D("5.5"), D(20)]),
    ),
    max_size=6,
)  # fmt: skip


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(DRAFTS, st.none() | st.decimals("0.0001", "900", places=4))
def test_lines_add_up_to_the_header_whatever_is_typed(
    alice: User, inside: Dossier, typed: list[tuple[int, int | None, Decimal | None]],
    fx: Decimal | None,
) -> None:  # fmt: skip
    lines = [LineDraft(Line(net, vat, rate)) for net, vat, rate in typed]
    currency = "EUR" if fx is None else "USD"
    draft = InvoiceDraft(number="H", lines=lines, currency=currency, fx_rate=fx)
    euros = in_euros(settled([line.amounts for line in lines]), fx)
    net, vat = sums(euros)
    if net < 0 or net + vat < 0:
        with pytest.raises(InvoiceInvalid, match="négatif"):
            create_invoice(inside, draft, direction="purchase", by=alice)
        return
    made = create_invoice(inside, draft, direction="purchase", by=alice)
    made.refresh_from_db()
    assert add_up(made)
    assert (made.net, made.vat) == (net, vat)


@pytest.mark.row("S3.19")
@pytest.mark.row("S3.20")
def test_what_is_dated_before_the_takeover_is_held_back_until_somebody_keeps_it(
    alice: User, inside: Dossier
) -> None:
    update_dossier(inside, takeover_date=dt.date(2026, 12, 1), by=alice)
    before, after = bought(inside, alice, "V"), bought(inside, alice, "A", day=dt.date(2026, 12, 2))
    assert (before.is_pre_takeover, after.is_pre_takeover) == (True, False)
    assert DossierStats.objects.get().to_book == 1

    assert keep_items(inside, invoices=[before.id, after.id], is_kept=True, by=alice) == 1
    before.refresh_from_db()
    assert before.is_kept
    assert DossierStats.objects.get().to_book == 2

    assert keep_items(inside, invoices=[before.id], is_kept=False, by=alice) == 1
    assert DossierStats.objects.get().to_book == 1
    with pytest.raises(NothingToKeep):
        keep_items(inside, invoices=[after.id], is_kept=True, by=alice)
    update_dossier(inside, takeover_date=None, by=alice)
    assert DossierStats.objects.get().to_book == 2


def test_a_document_becomes_an_invoice_that_says_what_it_lacks(
    alice: User, inside: Dossier
) -> None:
    kept = document(inside, alice)
    made = create_from_document(inside, kept, direction="purchase", by=alice)
    kept.refresh_from_db()

    assert (made.source, made.booking, kept.state) == ("ged", "to_process", "filed")
    assert missing(made) == ["le tiers", "la date", "le numéro", "un montant"]
    with pytest.raises(DocumentInUse, match="Retirez-le d’abord"):
        trash_document(kept, by=alice)


def test_a_document_is_given_and_taken_whatever_the_state_of_the_invoice(
    alice: User, inside: Dossier
) -> None:
    made = bought(inside, alice)
    Invoice.objects.filter(pk=made.pk).update(booking="booked", source="fec")
    first, second = document(inside, alice), document(inside, alice, "autre.pdf")
    attach_document(made, first, by=alice)
    made.refresh_from_db()
    attach_document(made, second, by=alice)
    made.refresh_from_db()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (made.document_id, first.state, second.state) == (second.id, "to_file", "filed")

    detach_document(made, by=alice)
    second.refresh_from_db()
    assert second.state == "to_file"
    trash_document(second, by=alice)
