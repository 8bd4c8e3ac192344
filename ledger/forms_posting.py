"""What a person enters to book a piece, to change a third party, to write a rule."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import QueryDict

from clients.models import Dossier
from firm.errors import BusinessError
from firm.formats import amount_plain, decimal_fr, parse_amount_fr
from ledger.models import Account, AutoInvoiceRule, ThirdParty

ACCOUNT = "compte-"
PROPOSED = "propose-"


class AccountUnknown(BusinessError):
    """No account of the dossier has this number."""

    code = "account_unknown"
    title = "Compte inconnu"


def account_of(dossier: Dossier, number: str) -> Account | None:
    """The account of a number typed; None for nothing typed.

    Raises:
        AccountUnknown: no account has it.
    """
    number = number.strip()
    if not number:
        return None
    found: Account | None = Account.objects.filter(dossier=dossier, number=number).first()
    if found is None:
        raise AccountUnknown(
            f"Le compte {number} n’existe pas dans ce dossier. Choisissez-le dans la liste, ou"
            " créez-le par « Créer le compte »."
        )
    return found


def accounts_of_lines(dossier: Dossier, sent: QueryDict) -> Mapping[int, Account]:
    """The accounts that a person changed, by rank of the invoice's line.

    Raises:
        AccountUnknown: no account has a number that was typed.
    """
    found: dict[int, Account] = {}
    for name, value in sent.items():
        key = name.removeprefix(ACCOUNT)
        if key == name or str(value).strip() == sent.get(f"{PROPOSED}{key}", "").strip():
            continue
        if account := account_of(dossier, str(value)):
            found |= {int(rank): account for rank in key.split("_") if rank.isdecimal()}
    return found


def rate_of(typed: str) -> Decimal | None:
    """A VAT rate in per cent; None for nothing typed.

    Raises:
        ValidationError: it is no rate.
    """
    text = typed.replace("%", "").replace(",", ".").strip()
    if not text:
        return None
    try:
        rate = Decimal(text)
    except InvalidOperation as error:
        raise forms.ValidationError("Écrivez un taux, par exemple 20 ou 5,5.") from error
    if not 0 <= rate <= 100:
        raise forms.ValidationError("Le taux est compris entre 0 et 100.")
    return rate.quantize(Decimal("0.01"))


class RateField(forms.CharField):
    """A VAT rate in per cent, written the French way."""

    def clean(self, value: Any) -> Any:
        """The rate, or None."""
        return rate_of(str(super().clean(value) or ""))

    def prepare_value(self, value: Any) -> Any:
        """« 5,5 »."""
        if isinstance(value, Decimal):
            return decimal_fr(value, 2).rstrip("0").rstrip(",")
        return value


class CentsField(forms.CharField):
    """A positive amount, read into cents."""

    def clean(self, value: Any) -> Any:
        """The cents, or None."""
        try:
            cents = parse_amount_fr(str(super().clean(value) or ""))
        except ValueError as error:
            raise forms.ValidationError("Écrivez un montant, par exemple 1 234,56.") from error
        if cents is not None and cents < 0:
            raise forms.ValidationError("Le montant est positif.")
        return cents

    def prepare_value(self, value: Any) -> Any:
        """« 1 234,56 »."""
        return amount_plain(value) if isinstance(value, int) else value


class AccountField(forms.CharField):
    """An account of the dossier, by its number; the form sets `dossier`."""

    dossier: Dossier

    def clean(self, value: Any) -> Any:
        """The account, or None."""
        try:
            return account_of(self.dossier, str(super().clean(value) or ""))
        except AccountUnknown as error:
            raise forms.ValidationError(error.message) from error

    def prepare_value(self, value: Any) -> Any:
        """Its number."""
        return value.number if isinstance(value, Account) else value


class DefaultsForm(forms.Form):
    """What the invoices of a third party are proposed with."""

    REFUSALS = {"siren_invalid": "siren"}

    default_account = AccountField(label="Compte par défaut", required=False)
    default_vat_rate = RateField(label="Taux de TVA habituel, en %", required=False)
    payment_days = forms.IntegerField(
        label="Délai de paiement, en jours", required=False, min_value=0, max_value=365
    )
    siren = forms.CharField(label="SIREN", required=False, max_length=20)
    vat_number = forms.CharField(label="N° de TVA", required=False, max_length=20)

    def __init__(self, third_party: ThirdParty, data: QueryDict | None = None) -> None:
        held = {name: getattr(third_party, name) for name in type(self).base_fields}
        super().__init__(data, initial=held)
        account = self.fields["default_account"]
        assert isinstance(account, AccountField)
        account.dossier = third_party.dossier


class RuleForm(forms.Form):
    """A rule of auto-factures."""

    REFUSALS = {"auto_rule_invalid": "words"}

    words = forms.CharField(label="Mots du libellé bancaire", max_length=200)
    least = CentsField(label="Montant minimal", required=False)
    most = CentsField(label="Montant maximal", required=False)
    rhythm = forms.ChoiceField(label="Rythme", choices=AutoInvoiceRule.Rhythm.choices)
    account = AccountField(label="Compte", required=False)
    vat_rate = RateField(label="Taux de TVA, en %", required=False)

    def __init__(
        self, supplier: ThirdParty, data: QueryDict | None = None,
        rule: AutoInvoiceRule | None = None,
    ) -> None:  # fmt: skip
        held: dict[str, Any] = {"rhythm": AutoInvoiceRule.Rhythm.MONTHLY}
        if rule:
            held = {name: getattr(rule, name) for name in type(self).base_fields}
        else:
            held |= {
                "account": supplier.default_account, "vat_rate": supplier.default_vat_rate,
            }  # fmt: skip
        super().__init__(data, initial=held)
        account = self.fields["account"]
        assert isinstance(account, AccountField)
        account.dossier = supplier.dossier
