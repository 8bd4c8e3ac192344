"""Filters of Banque, and the forms of its accounts and transactions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q

from ledger.forms_typed import TypedCents, TypedDay, TypedDecimal, Words
from ledger.models import Account, BankAccount, BankConnection, BankTransaction, Journal, ThirdParty
from ledger.queries.bank import BankFilters

TABS = {
    "a-comptabiliser": BankTransaction.Booking.TO_PROCESS,
    "en-attente": BankTransaction.Booking.PENDING_CLIENT,
    "justifiees": BankTransaction.Booking.JUSTIFIED,
    "comptabilisees": BankTransaction.Booking.BOOKED,
    "archivees": BankTransaction.Booking.ARCHIVED,
}
LABELS = {
    "to_process": "À comptabiliser", "pending_client": "En attente", "justified": "Justifiées",
    "booked": "Comptabilisées", "archived": "Archivées",
}  # fmt: skip
TAKEOVER = (("retenues", "Retenues"), ("gardees", "Gardées"))
RECEIPTS = (("manquant", "Reçu manquant"), ("joint", "Document joint"))
PROPOSALS = (("avec", "Avec proposition"), ("sans", "Sans proposition"))
WORDS = {
    "retenues": "held", "gardees": "kept", "manquant": "missing", "joint": "with",
    "avec": "with", "sans": "without",
}  # fmt: skip


class BankListForm(forms.Form):
    """Filters in an address; what cannot be read is left out rather than refused."""

    q = Words(required=False)
    du = forms.DateField(required=False)
    au = forms.DateField(required=False)
    compte = forms.IntegerField(required=False)
    onglet = forms.ChoiceField(required=False, choices=[(tab, tab) for tab in TABS])
    origine = forms.ChoiceField(required=False, choices=BankTransaction.Source.choices)
    reprise = forms.ChoiceField(required=False, choices=TAKEOVER)
    recu = forms.ChoiceField(required=False, choices=RECEIPTS)
    proposition = forms.ChoiceField(required=False, choices=PROPOSALS)
    releve = forms.IntegerField(required=False)
    regle = forms.IntegerField(required=False)
    doublon = forms.BooleanField(required=False)

    def filters(self) -> BankFilters:
        """The filters that could be read."""
        self.is_valid()
        got = self.cleaned_data
        return BankFilters(
            search=(got.get("q") or "")[:100],
            since=got.get("du"),
            until=got.get("au"),
            bank_account=got.get("compte"),
            booking=TABS.get(got.get("onglet") or "", ""),
            source=got.get("origine") or "",
            takeover=WORDS.get(got.get("reprise") or "", ""),
            receipt=WORDS.get(got.get("recu") or "", ""),
            proposal=WORDS.get(got.get("proposition") or "", ""),
            statement=got.get("releve"),
            rule=got.get("regle"),
            is_repeated=bool(got.get("doublon")),
        )


class TypedAccount(forms.Field):
    """An account by its number; what follows the number is left out."""

    def to_python(self, value: Any) -> Account | None:
        """The account, or None for nothing; one query."""
        typed = str(value or "").replace("\0", "").split()
        if not typed:
            return None
        found: Account | None = Account.objects.filter(number=typed[0]).first()
        if found is None:
            raise forms.ValidationError(
                f"Le compte «\u00a0{typed[0]}\u00a0» n’existe pas dans ce dossier."
            )
        return found


class TypedParty(forms.Field):
    """A third party by its code or its name."""

    def to_python(self, value: Any) -> ThirdParty | None:
        """The third party, or None for nothing; one query."""
        typed = " ".join(str(value or "").replace("\0", "").split())
        if not typed:
            return None
        meant = Q(code__iexact=typed) | Q(label__iexact=typed)
        found: ThirdParty | None = ThirdParty.objects.filter(meant).order_by("id").first()
        if found is None:
            raise forms.ValidationError(
                f"Le tiers «\u00a0{typed}\u00a0» n’existe pas\u00a0: choisissez dans la liste."
            )
        return found


class TypedRate(TypedDecimal):
    """A VAT rate in per cent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=100, places=2, **kwargs)


def rate_text(rate: Decimal | None) -> str:
    """« 20 », « 5,5 »; nothing for None."""
    return f"{rate.normalize():f}".replace(".", ",") if rate is not None else ""


class DescribeForm(forms.Form):
    """What a transaction will be booked on."""

    account = TypedAccount(label="Compte", required=False)
    third_party = TypedParty(label="Tiers", required=False)
    vat_rate = TypedRate(label="Taux de TVA", required=False)
    entry_label = Words(label="Libellé de l’écriture", required=False, max_length=200)
    note = forms.CharField(
        label="De quoi s’agit-il\u202f?", required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    @classmethod
    def of(cls, row: BankTransaction) -> DescribeForm:
        """Filled with what is known."""
        return cls(
            initial={
                "account": row.account.number if row.account else "",
                "third_party": row.third_party.code if row.third_party else "",
                "vat_rate": rate_text(row.vat_rate),
                "entry_label": row.entry_label,
                "note": row.note,
            }
        )


class TransactionForm(forms.Form):
    """A transaction written by hand; a minus is money out."""

    bank_account: forms.ModelChoiceField[BankAccount] = forms.ModelChoiceField(
        label="Compte bancaire", queryset=None, empty_label=None
    )
    date = TypedDay(label="Date", help_text="jj/mm/aaaa")
    amount = TypedCents(label="Montant", help_text="Négatif pour une sortie d’argent\u00a0: −45,90")
    label = Words(label="Libellé", max_length=500)
    reference = Words(label="Référence", required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bank_account"].queryset = (  # type: ignore[attr-defined]
            BankAccount.objects.filter(is_closed=False).order_by("name")
        )


class AccountForm(forms.Form):
    """A bank account."""

    name = Words(
        label="Nom", max_length=300, help_text="Par exemple «\u00a0Crédit Agricole\u00a0»."
    )
    number = Words(label="Compte comptable", max_length=31, help_text="Créé s’il n’existe pas.")
    iban = Words(label="IBAN", required=False, max_length=60)
    bic = Words(label="BIC", required=False, max_length=20)
    journal: forms.ModelChoiceField[Journal] = forms.ModelChoiceField(
        label="Journal", queryset=None, required=False,
        empty_label="À choisir à la comptabilisation",
    )  # fmt: skip
    is_closed = forms.BooleanField(
        label="Compte clos\u00a0: plus rien n’est attendu", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["journal"].queryset = (  # type: ignore[attr-defined]
            Journal.objects.filter(nature=Journal.Nature.BANK).order_by("code")
        )

    @classmethod
    def of(cls, row: BankAccount) -> AccountForm:
        """Filled with what is known."""
        fields = ("name", "iban", "bic", "journal", "is_closed")
        kept = {name: getattr(row, name) for name in fields}
        return cls(initial={**kept, "number": row.account.number})


class ConnectionForm(forms.Form):
    """Where the statements of an account are fetched."""

    kind = forms.ChoiceField(
        label="Source", choices=BankConnection.Kind.choices, initial=BankConnection.Kind.FOLDER
    )
    url = Words(
        label="Adresse du relevé", required=False, max_length=500,
        help_text="https://… Un relevé CAMT.053, OFX ou CSV y est lu toutes les heures.",
    )  # fmt: skip
    token = forms.CharField(
        label="Jeton d’accès", required=False, max_length=2000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Il est chiffré et ne s’affiche plus. Vide\u00a0: celui d’avant reste.",
    )  # fmt: skip
