"""Invoices made here: written by hand, by API or from a file, changed while they are not booked.

An invoice may be saved before all of it is known (a document has just been dropped): what it lacks
is told where it is shown, and asked for when it is booked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction

from clients.models import Document, Dossier
from firm import audit
from firm.errors import BusinessError, Conflict
from firm.models import User
from ledger import invoice_amounts as amounts
from ledger.actions.arrivals import look_at_invoices
from ledger.actions.summaries import refresh_stats
from ledger.models import Account, Invoice, InvoiceLine, ThirdParty
from ledger.queries.invoice_versions import version_of
from ledger.queries.invoices import lines_of_invoice

Booking, Direction = Invoice.Booking, Invoice.Direction
DAYS = (dt.date(1900, 1, 1), dt.date(2200, 1, 1))


class InvoiceInvalid(BusinessError):
    """What was given of an invoice does not hold together; `errors` names fields."""

    code = "invoice_invalid"
    title = "Facture incomplète ou invalide"


class InvoiceChanged(Conflict):
    """Somebody has changed it since it was opened."""

    code = "invoice_changed"
    title = "Facture modifiée entre-temps"


class InvoiceNotEditable(Conflict):
    """It is booked, archived, or comes from a FEC."""

    code = "invoice_not_editable"
    title = "Facture non modifiable"


@dataclass(frozen=True, slots=True)
class LineDraft:
    """A line as somebody writes it: amounts in the currency of the invoice, the rest as shown."""

    amounts: amounts.Line
    label: str = ""
    account: Account | None = None
    qty: Decimal | None = None
    unit_price: Decimal | None = None
    discount_pct: Decimal | None = None
    deductible_pct: Decimal | None = None


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """An invoice as somebody writes it.  `fx_rate` is the euros of one unit of `currency`."""

    type: str = Invoice.Type.INVOICE
    number: str = ""
    issue_date: dt.date | None = None
    sale_date: dt.date | None = None
    due_date: dt.date | None = None
    third_party: ThirdParty | None = None
    currency: str = "EUR"
    fx_rate: Decimal | None = None
    regime: str = ""
    corrects: Invoice | None = None
    state: str = Invoice.State.ISSUED
    note: str = ""
    lines: Sequence[LineDraft] = field(default_factory=tuple)


@transaction.atomic
def create_invoice(
    dossier: Dossier,
    draft: InvoiceDraft,
    *,
    direction: str,
    by: User,
    source: str = Invoice.Source.MANUAL,
    document: Document | None = None,
) -> Invoice:
    """Write down a purchase or a sale, to be booked.

    Raises:
        InvoiceInvalid: nothing is said of it, or something does not hold together.
    """
    if document is None and not (draft.third_party or draft.number or draft.lines):
        raise InvoiceInvalid("Indiquez au moins le tiers, le numéro ou un montant.")
    made: Invoice = Invoice(
        dossier=dossier, direction=direction, source=source, booking=Booking.TO_PROCESS,
        document=document,
    )  # fmt: skip
    written = fill(made, draft)
    made.save(force_insert=True)
    _write_lines(made, draft.lines, written)
    audit.record(
        "ledger.invoice_created", by=by, dossier_id=dossier.id, invoice=made.id,
        direction=direction, number=made.number, gross=made.gross, source=source,
    )  # fmt: skip
    refresh_stats(dossier.id)
    look_at_invoices(dossier, [made.id], by=by)
    return made


@transaction.atomic
def update_invoice(
    invoice: Invoice, draft: InvoiceDraft, *, by: User, version: str = ""
) -> Invoice:
    """Write an invoice anew while it is to be booked.

    `version` is the one that the person saw (`version_of`); without it nothing is compared.

    Raises:
        InvoiceNotEditable: it is booked, archived, or comes from a FEC.
        InvoiceChanged: it is another version by now.
        InvoiceInvalid: something does not hold together.
    """
    held = editable(invoice)
    _refuse_other_version(held, version)
    old = _words(held)
    written = fill(held, draft)
    held.save()
    InvoiceLine.objects.filter(invoice=held.id).delete()
    _write_lines(held, draft.lines, written)
    new = _words(held)
    changed = {name: [old[name], new[name]] for name in new if old[name] != new[name]}
    audit.record(
        "ledger.invoice_changed", by=by, dossier_id=held.dossier_id, invoice=held.id,
        number=held.number, changed=changed,
    )  # fmt: skip
    refresh_stats(held.dossier_id)
    look_at_invoices(held.dossier, [held.id], by=by)
    return held


def editable(invoice: Invoice) -> Invoice:
    """The invoice, held until the transaction ends.

    Raises:
        InvoiceNotEditable: it is booked, archived, or comes from a FEC.
    """
    held: Invoice = Invoice.objects.select_for_update().get(pk=invoice.pk)
    if held.source == Invoice.Source.FEC:
        raise InvoiceNotEditable(
            "Cette facture vient d’un FEC : elle garde ce que le fichier en dit. Corrigez le"
            " fichier, puis importez-le de nouveau."
        )
    if held.booking == Booking.BOOKED:
        raise InvoiceNotEditable(
            "Cette facture est comptabilisée. Annulez d’abord sa comptabilisation, ou passez une"
            " écriture de correction."
        )
    if held.booking == Booking.ARCHIVED:
        raise InvoiceNotEditable("Cette facture est archivée. Restaurez-la pour la modifier.")
    return held


def _refuse_other_version(held: Invoice, version: str) -> None:
    if version and version != version_of(held, lines_of_invoice(held)):
        raise InvoiceChanged(
            "Cette facture a été modifiée depuis que vous l’avez ouverte : rien n’est enregistré."
            " Rouvrez-la pour voir ce qui a changé, puis reprenez votre saisie."
        )


def fill(invoice: Invoice, draft: InvoiceDraft) -> list[amounts.Line]:
    """Put the draft into the row, unsaved, and answer its lines in euros.

    Raises:
        InvoiceInvalid: something does not hold together.
    """
    _check(invoice, draft)
    settled = amounts.settled([line.amounts for line in draft.lines], regime=draft.regime)
    is_foreign = draft.currency != "EUR"
    written = amounts.in_euros(settled, draft.fx_rate if is_foreign else None)
    for name in ("type", "issue_date", "sale_date", "third_party", "currency", "regime", "corrects",
                 "state", "note"):  # fmt: skip
        setattr(invoice, name, getattr(draft, name))
    invoice.number = draft.number.strip()
    invoice.due_date = draft.due_date or _due(draft)
    invoice.fx_rate = draft.fx_rate if is_foreign else None
    invoice.foreign_gross = amounts.decimal_text(sum(amounts.sums(settled))) if is_foreign else ""
    invoice.net, invoice.vat = amounts.sums(written)
    invoice.gross = invoice.net + invoice.vat
    if invoice.gross < 0 or invoice.net < 0:
        raise InvoiceInvalid(
            "Le total est négatif : choisissez « Avoir » et écrivez ses montants sans signe."
        )
    takeover = invoice.dossier.takeover_date
    invoice.is_pre_takeover = bool(takeover and draft.issue_date and draft.issue_date < takeover)
    return written


def _due(draft: InvoiceDraft) -> dt.date | None:
    """The date that the third party's terms give."""
    days = draft.third_party.payment_days if draft.third_party else None
    if draft.issue_date is None or days is None:
        return None
    return draft.issue_date + dt.timedelta(days=days)


def _check(invoice: Invoice, draft: InvoiceDraft) -> None:
    wanted = ThirdParty.Role.CUSTOMER
    if invoice.direction == Direction.PURCHASE:
        wanted = ThirdParty.Role.SUPPLIER
    problems = {
        "third_party": bool(draft.third_party and draft.third_party.role != wanted)
        and "Ce tiers n’est pas du bon côté : un achat a un fournisseur, une vente a un client.",
        "type": draft.type not in Invoice.Type.values and "Ce type de facture n’existe pas.",
        "state": draft.state not in Invoice.State.values and "Cet état n’existe pas.",
        "regime": bool(draft.regime)
        and draft.regime not in amounts.REGIMES
        and f"Ce régime n’existe pas. Choisissez parmi : {', '.join(amounts.REGIMES)}.",
        "currency": not re.fullmatch(r"[A-Z]{3}", draft.currency)
        and "Écrivez la devise par son code à trois lettres, par exemple USD.",
        "fx_rate": _rate_problem(draft),
        "number": len(draft.number.strip()) > 200 and "Ce numéro dépasse 200 caractères.",
    }
    for name in ("issue_date", "sale_date", "due_date"):
        day = getattr(draft, name)
        if day and not DAYS[0] <= day <= DAYS[1]:
            problems[name] = "Cette date n’est pas plausible : vérifiez l’année."
    errors = [{"field": name, "message": said} for name, said in problems.items() if said]
    if errors:
        raise InvoiceInvalid(" ".join(str(error["message"]) for error in errors), errors=errors)


def _rate_problem(draft: InvoiceDraft) -> str:
    if draft.currency == "EUR":
        return ""
    if draft.fx_rate is None:
        return f"Indiquez le cours : combien d’euros vaut un {draft.currency}."
    if not 0 < draft.fx_rate < 10**9:
        return "Le cours doit être un nombre positif d’euros pour une unité de la devise."
    return ""


def _write_lines(
    invoice: Invoice, drafts: Sequence[LineDraft], written: Sequence[amounts.Line]
) -> None:
    InvoiceLine.objects.bulk_create(
        line_row(invoice, rank, draft, line)
        for rank, (draft, line) in enumerate(zip(drafts, written, strict=True), 1)
    )


def line_row(invoice: Invoice, rank: int, draft: LineDraft, line: amounts.Line) -> InvoiceLine:
    """The row of a line; what its document says in another currency stays as its unit price."""
    qty, price = draft.qty, draft.unit_price
    if invoice.currency != "EUR" and price is None:
        qty, price = Decimal(1), Decimal(draft.amounts.net) / amounts.HUNDRED
    return InvoiceLine(
        dossier_id=invoice.dossier_id, invoice=invoice, rank=rank, label=draft.label[:300],
        vat_rate=line.rate, net=line.net, vat=line.vat or 0, account=draft.account, qty=qty,
        unit_price=price, discount_pct=draft.discount_pct, kind=line.kind or None,
        deductible_pct=draft.deductible_pct,
    )  # fmt: skip


def _words(invoice: Invoice) -> dict[str, Any]:
    """What the trail tells of a change."""
    names = ("type", "number", "issue_date", "due_date", "third_party_id", "net", "vat", "gross",
             "currency", "regime")  # fmt: skip
    return {name: str(getattr(invoice, name) or "") for name in names}
