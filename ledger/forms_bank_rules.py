"""The form of a bank rule."""

from __future__ import annotations

from typing import Any

from django import forms

from clients.models import Dossier
from ledger.forms_bank import TypedAccount, TypedParty, TypedRate, rate_text
from ledger.forms_typed import TypedCents, Words
from ledger.models import BankAccount, BankRule


class RuleForm(forms.Form):
    """Conditions, all of which must hold, and what is proposed then."""

    name = Words(label="Nom de la règle", max_length=120)
    match = forms.ChoiceField(label="Le libellé", choices=BankRule.Match.choices)
    words = Words(label="Mots", required=False, max_length=200)
    sense = forms.ChoiceField(label="Sens", choices=BankRule.Sense.choices, required=False)
    least = TypedCents(label="Montant à partir de", required=False)
    most = TypedCents(label="Montant jusqu’à", required=False)
    bank_account: forms.ModelChoiceField[BankAccount] = forms.ModelChoiceField(
        label="Compte bancaire", queryset=None, required=False,
        empty_label="Tous",
    )  # fmt: skip
    when_third_party = TypedParty(label="Tiers déjà reconnu", required=False)
    account = TypedAccount(label="Compte proposé", required=False)
    third_party = TypedParty(label="Tiers proposé", required=False)
    vat_rate = TypedRate(label="Taux de TVA", required=False)
    entry_label = Words(label="Libellé de l’écriture", required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bank_account"].queryset = (  # type: ignore[attr-defined]
            BankAccount.objects.order_by("name")
        )

    @classmethod
    def filled(cls, values: dict[str, Any]) -> RuleForm:
        """With the fields of a rule, or of a suggestion."""
        shown = dict(values)
        for name in ("account", "third_party", "when_third_party"):
            row = shown.get(name)
            shown[name] = "" if row is None else getattr(row, "number", "") or row.code
        for name in ("least", "most"):
            cents = shown.get(name)
            shown[name] = "" if cents is None else f"{cents // 100},{cents % 100:02d}"
        shown["vat_rate"] = rate_text(shown.get("vat_rate"))
        return cls(initial=shown)

    @classmethod
    def of(cls, rule: BankRule) -> RuleForm:
        """Filled with a rule."""
        return cls.filled({name: getattr(rule, name) for name in cls.base_fields})

    def clean(self) -> dict[str, Any]:
        """Amounts are compared without their sign."""
        got = super().clean() or {}
        for name in ("least", "most"):
            if got.get(name) is not None:
                got[name] = abs(got[name])
        return got

    def rule(self, dossier: Dossier, kept: BankRule | None = None) -> BankRule:
        """An unsaved rule of what was typed."""
        made = BankRule(dossier=dossier, pk=kept.pk if kept else None, rank=0)
        for name, value in self.cleaned_data.items():
            setattr(made, name, value)
        return made
