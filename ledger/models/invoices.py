"""The one invoice model: purchase or sale, whatever its source."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from clients.models import Document
from firm.tenancy import TenantForeignKey, TenantModel
from ledger.models.chart import Account, ThirdParty
from ledger.models.entries import Entry


class Invoice(TenantModel):
    """An invoice or a credit note.  Amounts are positive cents; `type` gives the sense.

    They are in euros; `currency`, `fx_rate` (euros for one unit) and `foreign_gross` say what the
    document itself bears.  `is_kept` means that somebody decided to book it in spite of its date
    before the takeover.  One that the platform itself numbered and issued bears `issued_at`: it is
    never archived nor deleted, a credit note corrects it.
    """

    class Direction(models.TextChoices):
        """Whose invoice it is."""

        SALE = "sale", "Vente"
        PURCHASE = "purchase", "Achat"

    class Type(models.TextChoices):
        """What the document is."""

        INVOICE = "invoice", "Facture"
        CREDIT_NOTE = "credit_note", "Avoir"
        QUOTE = "quote", "Devis"
        PROFORMA = "proforma", "Pro forma"

    class State(models.TextChoices):
        """The document's own life, apart from the books."""

        DRAFT = "draft", "Brouillon"
        ISSUED = "issued", "Émise"
        SENT = "sent", "Envoyée"
        PARTIAL = "partial", "Partiellement payée"
        PAID = "paid", "Payée"
        CANCELLED = "cancelled", "Annulée"

    class Booking(models.TextChoices):
        """Where it stands in the books."""

        TO_PROCESS = "to_process", "À comptabiliser"
        BOOKED = "booked", "Comptabilisée"
        ARCHIVED = "archived", "Archivée"

    class Source(models.TextChoices):
        """Where it came from."""

        MANUAL = "manual", "Saisie"
        MAIL = "mail", "E-mail"
        GED = "ged", "Documents"
        FEC = "fec", "FEC"
        AUTO = "auto", "Auto-facture"
        API = "api", "API"

    id = models.BigAutoField(primary_key=True)
    direction = models.CharField(max_length=8, choices=Direction.choices)
    type = models.CharField(max_length=11, choices=Type.choices)
    number = models.CharField("numéro", max_length=200)
    issue_date = models.DateField("date", null=True)
    sale_date = models.DateField("date de livraison", null=True)
    due_date = models.DateField("échéance", null=True)
    third_party = TenantForeignKey(ThirdParty, null=True)
    net = models.BigIntegerField("HT", db_default=0)
    vat = models.BigIntegerField("TVA", db_default=0)
    gross = models.BigIntegerField("TTC", db_default=0)
    currency = models.CharField(max_length=3, db_default="EUR", default="EUR")
    fx_rate = models.DecimalField("cours", max_digits=18, decimal_places=8, null=True)
    foreign_gross = models.CharField(max_length=40, blank=True, db_default="")
    regime = models.CharField("régime de TVA", max_length=24, blank=True, db_default="")
    corrects = TenantForeignKey("self", null=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.ISSUED)
    booking = models.CharField(max_length=10, choices=Booking.choices, default=Booking.TO_PROCESS)
    source = models.CharField(max_length=6, choices=Source.choices, default=Source.MANUAL)
    paid_on = models.DateField("payée le", null=True)
    is_pre_takeover = models.BooleanField("avant reprise", db_default=False)
    is_kept = models.BooleanField("à comptabiliser malgré la reprise", db_default=False)
    document = TenantForeignKey(Document, null=True)
    note = models.TextField(blank=True, db_default="")
    issued_at = models.DateTimeField("numérotée et émise ici le", null=True)
    archived_at = models.DateTimeField("archivée le", null=True)
    archived_by = models.BigIntegerField(null=True)
    entry = TenantForeignKey(Entry, null=True)
    fec_import = TenantForeignKey("ledger.FecImport", null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(
                fields=["dossier", "direction", "issue_date", "id"], name="invoices_by_date"
            ),
            models.Index(
                fields=["entry"],
                condition=models.Q(entry__isnull=False),
                name="invoices_by_entry",
            ),
            models.Index(
                fields=["document"],
                condition=models.Q(document__isnull=False),
                name="invoices_by_document",
            ),
            # Few beside those booked by an import.
            models.Index(
                fields=["dossier", "booking", "direction", "issue_date", "id"],
                condition=~models.Q(booking="booked"),
                name="invoices_by_booking",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class InvoiceLine(TenantModel):
    """The amounts of an invoice at one VAT rate, in cents; a NULL rate means « mixte ».

    A line made here has its `account` (of charge, income or asset), and what a document says of it:
    quantity, unit price (in units of the currency), discount, `kind` (G goods, V services) and the
    deductible part of its VAT, in per cent.  Never the target of a foreign key.
    """

    pk = models.CompositePrimaryKey("dossier_id", "invoice_id", "rank")
    invoice = TenantForeignKey(Invoice, models.CASCADE, related_name="lines")
    rank = models.IntegerField()
    label = models.CharField(max_length=300, blank=True, db_default="")
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    net = models.BigIntegerField(db_default=0)
    vat = models.BigIntegerField(db_default=0)
    account = TenantForeignKey(Account, null=True)
    qty = models.DecimalField("quantité", max_digits=18, decimal_places=6, null=True)
    unit_price = models.DecimalField("prix unitaire", max_digits=18, decimal_places=6, null=True)
    discount_pct = models.DecimalField("remise", max_digits=7, decimal_places=4, null=True)
    kind = models.CharField(max_length=1, null=True)  # noqa: DJ001 (NULL keeps imported rows narrow)
    deductible_pct = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.rank}"
