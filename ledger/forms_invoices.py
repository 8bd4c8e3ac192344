"""Forms of purchases and sales: the filters of their lists, and an invoice as it is typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms

from clients.models import Dossier
from firm.formats import amount_plain, date_fr, decimal_fr
from ledger import invoice_amounts as amounts
from ledger.actions.invoices import InvoiceDraft, LineDraft
from ledger.forms import DayField, TextField
from ledger.forms_typed import TypedCents, TypedDay, TypedDecimal, Words
from ledger.models import Account, Invoice, InvoiceLine, ThirdParty
from ledger.queries.invoice_versions import version_of
from ledger.queries.invoices import InvoiceFilters, InvoiceTotals, looked_for
from ledger.queries.parties import accounts_by_number, party_typed

# Tabs by their names in addresses.
TABS = {"a-comptabiliser": "to_process", "comptabilisees": "booked", "archivees": "archived"}
TAKEOVER = (("before", "toutes"), ("held", "retenues"), ("kept", "gardées"))
PAYMENTS = (("open", "non réglées"), ("paid", "réglées"))
FILES = (("with", "avec"), ("without", "sans"))
TYPES = (("invoice", "Facture"), ("credit_note", "Avoir"))
LINES = "lignes"
MOST_LINES = 200


class InvoiceListForm(forms.Form):
    """Tab, search and filters; what cannot be read is left out, and said."""

    onglet = forms.CharField(required=False)
    q = TextField(required=False)
    du = DayField(required=False)
    au = DayField(required=False)
    origine = forms.CharField(required=False)
    tiers = forms.IntegerField(required=False)
    reprise = forms.CharField(required=False)
    etat = forms.CharField(required=False)
    piece = forms.CharField(required=False)
    doublons = forms.CharField(required=False)

    def __init__(self, data: Mapping[str, Any], *, direction: str) -> None:
        super().__init__(data)
        self.direction = direction
        self.is_valid()

    def filters(self) -> InvoiceFilters:
        """The filters, with the tab only where one is named or the words name it."""
        got = self.cleaned_data
        return looked_for(InvoiceFilters(
            self.direction,
            booking=TABS.get(got.get("onglet") or "", ""),
            text=got.get("q") or "", since=got.get("du"), until=got.get("au"),
            source=_known(got.get("origine"), Invoice.Source.values),
            third_party_id=got.get("tiers"),
            takeover=_known(got.get("reprise"), [key for key, _label in TAKEOVER]),
            payment=_known(got.get("etat"), [key for key, _label in PAYMENTS]),
            file=_known(got.get("piece"), [key for key, _label in FILES]),
            is_duplicate=got.get("doublons") == "1",
                is_bookable=True,
        ))  # fmt: skip

    def shown(self, by_tab: Mapping[str, InvoiceTotals]) -> InvoiceFilters:
        """The filters with a tab: the one named, else the first that holds something."""
        filters = self.filters()
        if filters.booking:
            return filters
        first = next((tab for tab in TABS.values() if by_tab[tab].count), "to_process")
        return InvoiceFilters(**{**_fields(filters), "booking": first})

    @property
    def problems(self) -> list[str]:
        """What could not be read, as sentences."""
        return [str(message) for messages in self.errors.values() for message in messages]


def _fields(filters: InvoiceFilters) -> dict[str, Any]:
    return {name: getattr(filters, name) for name in InvoiceFilters.__slots__}


def _known(typed: str | None, values: Sequence[str]) -> str:
    return typed if typed and typed in values else ""


class InvoiceForm(forms.Form):
    """An invoice without its lines.  `third_party` is what was typed, its id what was chosen."""

    use_required_attribute = False

    third_party = Words(max_length=300)
    third_party_id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    version = forms.CharField(required=False, widget=forms.HiddenInput)
    number = Words(label="N° de facture", max_length=200)
    issue_date = TypedDay(label="Date")
    due_date = TypedDay(label="Échéance", required=False)
    type = forms.ChoiceField(label="Nature", choices=TYPES, initial="invoice")
    currency = Words(label="Devise", max_length=3, initial="EUR")
    fx_rate = TypedDecimal(label="Cours", required=False, most=10**9, places=8,
                           help_text="Euros pour une unité de la devise.")  # fmt: skip
    regime = forms.ChoiceField(
        label="Régime de TVA", choices=list(amounts.REGIMES.items()),
        initial="domestic",
    )  # fmt: skip
    note = forms.CharField(
        label="Note", required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, data: Any = None, *, direction: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.party: ThirdParty | None = None
        self.new_party = ""  # the name typed of a third party that the dossier does not have
        self.direction = direction
        is_sale = direction == Invoice.Direction.SALE
        self.fields["third_party"].label = "Client" if is_sale else "Fournisseur"
        for name in ("issue_date", "due_date"):
            self.fields[name].widget.attrs |= {
                "data-date": True, "inputmode": "numeric", "placeholder": "jj/mm/aaaa",
                "autocomplete": "off",
            }  # fmt: skip
        self.fields["fx_rate"].widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
        self.fields["number"].widget.attrs |= {"autocomplete": "off"}

    def clean_currency(self) -> str:
        """Three capital letters."""
        return (self.cleaned_data.get("currency") or "EUR").upper()

    def find_party(self, dossier: Dossier) -> None:
        """Look up who is meant: the one chosen if its name still stands, or the one so named."""
        typed = self.cleaned_data.get("third_party") or ""
        chosen = self.cleaned_data.get("third_party_id")
        self.party = party_typed(dossier, self.direction, typed, chosen)
        self.new_party = "" if self.party else typed


class LineForm(forms.Form):
    """One line: its VAT and its TTC follow from HT and rate unless they are typed."""

    rank = forms.IntegerField(required=False, widget=forms.HiddenInput)
    label = Words(required=False, max_length=300)
    account = Words(required=False, max_length=60)
    net = TypedCents(required=False)
    rate = TypedDecimal(required=False, most=100, places=2, initial="20")
    vat = TypedCents(required=False)
    gross = TypedCents(required=False)

    line: amounts.Line | None = None

    def clean(self) -> dict[str, Any]:
        """HT, TVA and TTC hold together; a line with no amount and no words is no line."""
        got = super().clean() or {}
        if self.errors or not self.is_filled(got):
            return got
        try:
            self.line = amounts.typed_line(
                net=got.get("net"), vat=got.get("vat"), gross=got.get("gross"),
                rate=got.get("rate"),
            )  # fmt: skip
        except amounts.Unreadable as error:
            self.add_error("net", str(error))
        return got

    @staticmethod
    def is_filled(got: Mapping[str, Any]) -> bool:
        """Whether somebody wrote in it; a rate alone is what an empty line proposes."""
        return any(got.get(name) not in (None, "") for name in ("label", "net", "vat", "gross"))


class LineFormSet(forms.BaseFormSet):  # type: ignore[type-arg]  # generic in the stubs alone
    """The lines of an invoice."""

    def drafts(self, dossier: Dossier, held: Sequence[InvoiceLine] = ()) -> list[LineDraft]:
        """The lines that were filled, with their accounts in one query; errors are left beside
        the lines.  `held` are the lines before: what the form does not show of them stays.
        """
        filled = [form for form in self.forms if getattr(form, "line", None)]
        known = accounts_by_number(
            dossier, {form.cleaned_data["account"] for form in filled} - {""}
        )
        by_rank = {line.rank: line for line in held}
        drafts = []
        for form in filled:
            number = form.cleaned_data["account"]
            if number and number not in known:
                form.add_error("account", f"Le compte {number} n’est pas au plan de ce dossier.")
            draft = LineDraft(form.line, form.cleaned_data["label"], known.get(number))
            before = by_rank.get(form.cleaned_data.get("rank") or 0)
            drafts.append(_with_unseen(draft, before) if before else draft)
        return drafts


def _with_unseen(draft: LineDraft, before: InvoiceLine) -> LineDraft:
    """A line with what the form does not show of it; its quantity stands while its net does."""
    line = replace(draft.amounts, kind=before.kind or "")
    kept = replace(draft, amounts=line, deductible_pct=before.deductible_pct)
    if before.unit_price is None or _net_of(before) != line.net:
        return kept
    return replace(
        kept, qty=before.qty, unit_price=before.unit_price, discount_pct=before.discount_pct
    )


def _net_of(line: InvoiceLine) -> int:
    """Its net in the currency of the document."""
    price, discount = line.unit_price or Decimal(0), line.discount_pct or Decimal(0)
    return amounts.line_net(line.qty or Decimal(1), price, discount)


Lines = forms.formset_factory(
    LineForm, formset=LineFormSet, extra=1, max_num=MOST_LINES, absolute_max=MOST_LINES
)


def draft_of(form: InvoiceForm, party: ThirdParty | None, lines: list[LineDraft]) -> InvoiceDraft:
    """The invoice that was typed."""
    got = form.cleaned_data
    return InvoiceDraft(
        type=got["type"], number=got["number"], issue_date=got["issue_date"],
        due_date=got["due_date"], third_party=party, currency=got["currency"],
        fx_rate=got["fx_rate"], regime=got["regime"], note=got["note"], lines=lines,
    )  # fmt: skip


def initial_of(invoice: Invoice, lines: Sequence[InvoiceLine]) -> dict[str, Any]:
    """What the form shows of an invoice, and which version that is."""
    return {
        "version": version_of(invoice, lines),
        "third_party": invoice.third_party.label if invoice.third_party else "",
        "third_party_id": invoice.third_party_id,
        "number": invoice.number,
        "issue_date": date_fr(invoice.issue_date),
        "due_date": date_fr(invoice.due_date),
        "type": invoice.type,
        "currency": invoice.currency,
        "fx_rate": _plain(invoice.fx_rate),
        "regime": invoice.regime or "domestic",
        "note": invoice.note,
    }


def initial_lines(invoice: Invoice, lines: Sequence[InvoiceLine]) -> list[dict[str, Any]]:
    """What the lines show: amounts in the currency of the document."""
    return [_initial_line(invoice, line) for line in lines]


def _initial_line(invoice: Invoice, line: InvoiceLine) -> dict[str, Any]:
    account: Account | None = line.account
    net, vat = line.net, line.vat
    if invoice.fx_rate and line.unit_price is not None:
        net = _net_of(line)
        due = amounts.tax(net, line.vat_rate)
        converted = amounts.half_up(due * invoice.fx_rate)
        vat = due if converted == line.vat else amounts.half_up(line.vat / invoice.fx_rate)
    return {
        "rank": line.rank,
        "label": line.label,
        "account": account.number if account else "",
        "net": amount_plain(net),
        "rate": _plain(line.vat_rate),
        "vat": amount_plain(vat),
        "gross": amount_plain(net + vat),
    }


def _plain(number: Decimal | None) -> str:
    if number is None:
        return ""
    places = max(-int(number.normalize().as_tuple().exponent), 0)
    return decimal_fr(number, places)
