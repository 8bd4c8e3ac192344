"""What the tests of purchases and sales share: invoices made through the actions, and pages."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from clients.actions.documents import keep_document
from clients.models import Document, Dossier
from firm.models import User
from ledger.actions.invoices import InvoiceDraft, LineDraft, create_invoice
from ledger.actions.third_parties import create_third_party
from ledger.invoice_amounts import Line
from ledger.models import Invoice, ThirdParty
from ledger.queries.invoices import role_of
from tests.conftest import open_dossier

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ACHATS = "/dossier/boulangerie/achats/"
VENTES = "/dossier/boulangerie/ventes/"
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\n%%EOF\n"
DAY = dt.date(2026, 11, 17)


def party(dossier: Dossier, by: User, name: str = "Minoterie Girardeau", **more: Any) -> ThirdParty:
    direction = more.pop("direction", "purchase")
    return create_third_party(dossier, name=name, role=role_of(direction), by=by, **more)


def bought(
    dossier: Dossier,
    by: User,
    number: str = "FA-1",
    *,
    net: int = 100_00,
    rate: str = "20",
    day: dt.date | None = DAY,
    direction: str = "purchase",
    **more: Any,
) -> Invoice:
    """An invoice with one line."""
    source = more.pop("source", Invoice.Source.MANUAL)
    lines = more.pop("lines", [LineDraft(Line(net, None, Decimal(rate)), "Farine")])
    draft = InvoiceDraft(number=number, issue_date=day, lines=lines, **more)
    return create_invoice(dossier, draft, direction=direction, by=by, source=source)


def document(dossier: Dossier, by: User, name: str = "facture.pdf") -> Document:
    return keep_document(dossier, io.BytesIO(PDF), name=name, by=by)


def fields(*lines: dict[str, str], **more: str) -> dict[str, str]:
    """What the form of an invoice posts."""
    out = {"type": "invoice", "currency": "EUR", "regime": "domestic", **more}
    out |= {"lignes-TOTAL_FORMS": str(len(lines)), "lignes-INITIAL_FORMS": "0"}
    for at, line in enumerate(lines):
        out |= {f"lignes-{at}-{name}": value for name, value in line.items()}
    return out


def signed_in(client: Client, person: User) -> Client:
    client.force_login(person, backend=BACKEND)
    return client


@pytest.fixture(name="three")
def three_purchases(alice: User, boulangerie: Dossier) -> list[Invoice]:
    """One in each tab, of one supplier, and a credit note to be booked."""
    with open_dossier(alice, boulangerie):
        third = party(boulangerie, alice, code="FGIRARD")
        made = [
            bought(boulangerie, alice, f"FA-{at}", third_party=third, day=dt.date(2026, 11, at))
            for at in (1, 2, 3)
        ]
        Invoice.objects.filter(pk=made[1].pk).update(booking="booked", state="paid")
        Invoice.objects.filter(pk=made[2].pk).update(booking="archived")
        bought(
            boulangerie, alice, "AV-1", third_party=third, type="credit_note", net=40_00,
            day=dt.date(2026, 11, 4),
        )  # fmt: skip
    return made
