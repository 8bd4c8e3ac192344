"""Invoices from a spreadsheet: received, mapped, previewed, then written all together or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO

from django.db import transaction
from django.utils import timezone

from clients.document_kinds import clean_name
from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, Conflict
from firm.formats import plural
from firm.models import User
from firm.sheets_read import read_sheet
from ledger import invoice_sheets as sheets
from ledger.actions.arrivals import look_at_invoices
from ledger.actions.invoices import InvoiceDraft, InvoiceInvalid, LineDraft, fill, line_row
from ledger.actions.summaries import refresh_stats
from ledger.actions.third_parties import create_third_parties
from ledger.invoice_sheets import SheetRow
from ledger.models import Account, Invoice, InvoiceFile, InvoiceLine, ThirdParty
from ledger.queries.invoices import InvoiceTotals, role_of
from ledger.queries.parties import accounts_by_number, parties_by_name

State = InvoiceFile.State


class InvoiceFileUnreadable(BusinessError):
    """It is no spreadsheet, or has no row."""

    code = "invoice_file_unreadable"
    title = "Fichier illisible"


class InvoiceFileFaulty(BusinessError):
    """Some rows are to be corrected: nothing is written before they are."""

    code = "invoice_file_faulty"
    title = "Lignes à corriger"


class InvoiceFileOver(Conflict):
    """It was imported or dropped already."""

    code = "invoice_file_over"
    title = "Fichier déjà traité"


@dataclass
class Prepared:
    """What a file would give: its rows with their faults, its invoices ready to be written."""

    rows: list[SheetRow]
    invoices: list[tuple[Invoice, InvoiceDraft, list[InvoiceLine]]] = field(default_factory=list)
    new_parties: list[str] = field(default_factory=list)
    totals: InvoiceTotals = field(default_factory=InvoiceTotals)

    @property
    def faulty(self) -> list[SheetRow]:
        """The rows to be corrected."""
        return [row for row in self.rows if row.faults]


def receive_file(
    dossier: Dossier, source: IO[bytes], *, direction: str, name: str, by: User
) -> InvoiceFile:
    """Read a spreadsheet and guess what its columns are.

    Raises:
        InvoiceFileUnreadable: neither CSV nor XLSX, too large, or without a row.
    """
    heads, rows = read_sheet(
        source, most_bytes=sheets.MOST_BYTES, most_rows=sheets.MOST_ROWS,
        refuse=InvoiceFileUnreadable,
    )  # fmt: skip
    if not any(cell.strip() for row in rows for cell in row):
        raise InvoiceFileUnreadable("Ce fichier ne contient aucune ligne sous ses en-têtes.")
    with transaction.atomic():
        made: InvoiceFile = InvoiceFile.objects.create(
            dossier=dossier, direction=direction, name=clean_name(name), heads=heads, rows=rows,
            mapping=sheets.guessed(heads), created_by=by.id,
        )  # fmt: skip
        audit.record(
            "ledger.invoice_file_received", by=by, dossier_id=dossier.id, file=made.id,
            name=made.name, rows=len(rows),
        )  # fmt: skip
    return made


@transaction.atomic
def map_columns(file: InvoiceFile, *, mapping: Mapping[str, int], by: User) -> None:
    """Say which column each field comes from.

    Raises:
        InvoiceFileOver: it was imported or dropped already.
    """
    held = _held(file)
    kept = {
        name: at for name, at in mapping.items()
        if name in sheets.FIELDS and 0 <= at < len(held.heads)
    }  # fmt: skip
    InvoiceFile.objects.filter(pk=held.pk).update(mapping=kept)
    audit.record(
        "ledger.invoice_file_mapped", by=by, dossier_id=held.dossier_id, file=held.id, mapping=kept
    )


def prepare(file: InvoiceFile) -> Prepared:
    """What the file would give, in three queries, nothing written."""
    rows = sheets.read_rows(file.rows, file.mapping, today=timezone.localdate())
    names = {row.values["third_party"] for row in rows} - {"", None}
    numbers = {row.values["account"] for row in rows} - {"", None}
    parties = parties_by_name(file.dossier, role_of(file.direction), names)
    accounts = accounts_by_number(file.dossier, numbers)
    for row in rows:
        number = row.values["account"]
        if number and number not in accounts:
            row.faults.append(f"Compte\u00a0: {number} n’est pas au plan de ce dossier")
    found = Prepared(rows)
    lacking = {name.lower(): name for name in sorted(names) if name.lower() not in parties}
    found.new_parties = [lacking[name] for name in sorted(lacking)]
    for group in sheets.grouped(rows):
        _one(file, found, group, parties, accounts)
    return found


def _one(
    file: InvoiceFile,
    found: Prepared,
    group: list[SheetRow],
    parties: Mapping[str, ThirdParty],
    accounts: Mapping[str, Account],
) -> None:
    """One invoice of the file, or its faults."""
    if any(row.faults for row in group):
        return
    head = group[0].values
    draft = InvoiceDraft(
        type=head["type"], number=head["number"], issue_date=head["issue_date"],
        due_date=head["due_date"], third_party=parties.get(head["third_party"].lower()),
        currency=head["currency"] or "EUR", fx_rate=head["fx_rate"], regime="domestic",
        lines=[
            LineDraft(row.amounts, row.values["label"], accounts.get(row.values["account"]))
            for row in group if row.amounts
        ],
    )  # fmt: skip
    made = Invoice(
        dossier=file.dossier, direction=file.direction, source=Invoice.Source.MANUAL,
        booking=Invoice.Booking.TO_PROCESS,
    )  # fmt: skip
    try:
        written = fill(made, draft)
    except InvoiceInvalid as error:
        group[0].faults.append(error.message)
        return
    pairs = enumerate(zip(draft.lines, written, strict=True), 1)
    lines = [line_row(made, rank, one, line) for rank, (one, line) in pairs]
    found.invoices.append((made, draft, lines))
    sign = -1 if made.type == Invoice.Type.CREDIT_NOTE else 1
    found.totals += InvoiceTotals(1, sign * made.net, sign * made.vat, sign * made.gross)


@transaction.atomic
def confirm_file(file: InvoiceFile, *, by: User) -> int:
    """Write every invoice of the file, with the third parties that it brings; answers how many.

    Raises:
        InvoiceFileOver: it was imported or dropped already.
        InvoiceFileFaulty: a row is to be corrected; nothing is written.
    """
    held = _held(file)
    found = prepare(held)
    if found.faulty or not found.invoices:
        count = plural(len(found.faulty), "ligne est", "lignes sont")
        raise InvoiceFileFaulty(
            f"{count} à corriger : corrigez le fichier, puis déposez-le de nouveau. Rien n’a été"
            " écrit."
        )
    _with_new_parties(held, found, by)
    invoices = [made for made, _draft, _lines in found.invoices]
    Invoice.objects.bulk_create(invoices, batch_size=1000)
    lines = [line for _made, _draft, own in found.invoices for line in own]
    for made, _draft, own in found.invoices:
        for line in own:
            line.invoice_id = made.id
    InvoiceLine.objects.bulk_create(lines, batch_size=2000)
    InvoiceFile.objects.filter(pk=held.pk).update(
        state=State.DONE, made=len(invoices), rows=[], heads=[]
    )
    audit.record(
        "ledger.invoices_imported", by=by, dossier_id=held.dossier_id, file=held.id, name=held.name,
        count=len(invoices), gross=found.totals.gross,
    )  # fmt: skip
    refresh_stats(held.dossier_id)
    look_at_invoices(held.dossier, [made.id for made in invoices], by=by)
    return len(invoices)


def _with_new_parties(file: InvoiceFile, found: Prepared, by: User) -> None:
    """Create the third parties that the dossier lacks and put them on their invoices."""
    if not found.new_parties:
        return
    role = role_of(file.direction)
    made = create_third_parties(file.dossier, names=found.new_parties, role=role, by=by)
    by_name = {party.label.lower(): party for party in made}
    heads = [group[0].values["third_party"] for group in sheets.grouped(found.rows)]
    for (invoice, draft, _lines), name in zip(found.invoices, heads, strict=True):
        if draft.third_party is None:
            invoice.third_party = by_name[name.lower()]


@transaction.atomic
def drop_file(file: InvoiceFile, *, by: User) -> None:
    """Put a file aside: nothing was written, and its rows are forgotten.

    Raises:
        InvoiceFileOver: it was imported or dropped already.
    """
    held = _held(file)
    InvoiceFile.objects.filter(pk=held.pk).update(state=State.DROPPED, rows=[], heads=[])
    audit.record(
        "ledger.invoice_file_dropped", by=by, dossier_id=held.dossier_id, file=held.id,
        name=held.name,
    )  # fmt: skip


def _held(file: InvoiceFile) -> InvoiceFile:
    held: InvoiceFile = InvoiceFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if held.state != State.PREVIEWED:
        raise InvoiceFileOver(
            f"Ce fichier est déjà traité ({held.get_state_display().lower()}). Déposez-le de"
            " nouveau pour recommencer."
        )
    return held
