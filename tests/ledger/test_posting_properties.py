"""Whatever an invoice bears, its entry balances and says it; taking it back leaves no trace."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Dossier
from firm.models import User
from ledger.actions.posting import book_invoice, unbook_invoice
from ledger.models import EntryLine, FiscalYear, Invoice, InvoiceLine, Lettering
from tests.ledger.pieces import invoice, year
from tests.ledger.test_entries import in_step, sums

pytestmark = pytest.mark.django_db

RATES = ("0", "2.1", "5.5", "8.5", "10", "20")
LINES = st.lists(
    st.tuples(
        st.integers(-50_000, 900_000),
        st.sampled_from(RATES),
        st.sampled_from(("606100", "615500", "218300", "707000")),
        st.sampled_from(("0", "33.33", "80", "100")),
    ),
    min_size=1,
    max_size=8,
)
PIECES = st.fixed_dictionaries(
    {
        "lines": LINES,
        "direction": st.sampled_from(("purchase", "sale")),
        "type": st.sampled_from(("invoice", "credit_note")),
        "regime": st.sampled_from(("", "intra_eu_acquisition", "export", "oss")),
        "odd": st.integers(-2, 2),
        "foreign": st.sampled_from((None, "USD", "GBP")),
    }
)


def made_of(dossier: Dossier, piece: dict[str, Any]) -> Invoice | None:
    """The invoice of a drawn piece; None for one without a positive total."""
    abroad = piece["foreign"]
    owes = piece["regime"] == "intra_eu_acquisition" and piece["direction"] == "purchase"
    made = invoice(
        dossier, piece["lines"], direction=piece["direction"], type=piece["type"],
        regime=piece["regime"], currency=abroad or "EUR", fx_rate="0.92" if abroad else None,
        foreign_gross="12.345" if abroad else "",
    )  # fmt: skip
    if owes:
        made.vat, made.gross = 0, made.net
    made.gross += piece["odd"]
    made.save(update_fields=["vat", "gross"])
    return made if made.gross > 0 else None


@pytest.mark.row("S3.18")
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(piece=PIECES)
def test_an_entry_says_what_its_invoice_bears(
    inside: Dossier, alice: User, piece: dict[str, Any]
) -> None:
    if not FiscalYear.objects.exists():
        year(inside)
    made = made_of(inside, piece)
    if made is None:
        return
    before = sums(inside)
    entry = book_invoice(made, by=alice)

    rows = list(EntryLine.objects.filter(entry=entry).select_related("account"))
    assert sum(row.debit - row.credit for row in rows) == 0
    assert all((row.debit > 0) is (row.credit == 0) for row in rows)
    sign = -1 if (piece["direction"] == "purchase") is (piece["type"] == "invoice") else 1
    (third,) = [row for row in rows if row.third_party_id]
    assert third.debit - third.credit == sign * made.gross
    assert (third.currency, third.foreign_amount) == (
        (piece["foreign"], "12.345") if piece["foreign"] else (None, None)
    )
    expected = vat_of(made, piece)
    vat = [(row.debit - row.credit) * -sign for row in rows if row.account.number[:3] == "445"]
    assert sorted(vat) == sorted(cents for cents in expected if cents)

    unbook_invoice(made, by=alice)
    assert sums(inside) == before
    assert not Lettering.objects.exists()
    in_step(inside)


def vat_of(made: Invoice, piece: dict[str, Any]) -> list[int]:
    """The VAT lines that the invoice's own lines ask for, in the sense of its charges."""
    sums_of: dict[tuple[str, Decimal], int] = {}
    by_share: dict[tuple[str, Decimal, Decimal, str], int] = {}
    for line in InvoiceLine.objects.filter(invoice=made).select_related("account"):
        assert line.account is not None
        assert line.vat_rate is not None
        assert line.deductible_pct is not None
        place = (line.account.number, line.vat_rate, line.deductible_pct, "")
        by_share[place] = by_share.get(place, 0) + line.vat
    owes = piece["regime"] == "intra_eu_acquisition" and piece["direction"] == "purchase"
    for (number, rate, share, _none), vat in by_share.items():
        side = "asset" if number[0] == "2" and piece["direction"] == "purchase" else "vat"
        kept = half_up(vat * share / 100) if piece["direction"] == "purchase" else vat
        sums_of[side, rate] = sums_of.get((side, rate), 0) + kept
        if owes:
            sums_of["due", rate] = sums_of.get(("due", rate), 0) - vat
    return list(sums_of.values())


def half_up(cents: Decimal) -> int:
    whole = int(abs(cents) + Decimal("0.5"))
    return whole if cents >= 0 else -whole
