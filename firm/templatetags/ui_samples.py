"""Sample data of the component page `/ui/`: invented names, figures that show every case."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms, template

register = template.Library()


def _day(day: int) -> dt.date:
    return dt.date(2026, 11, day)


REGIMES = [("reel-m", "Réel normal, mensuel"), ("reel-t", "Réel normal, trimestriel")]
ROWS: list[dict[str, Any]] = [
    {"name": "Transports frigorifiques Chastaing Frères", "siren": "430981720",
     "team": ["Chloé Perrin"], "state": ("À risque", "warn"), "todo": 61, "suspense": 0,
     "last": _day(18)},
    {"name": "Papeteries de la Vallée de l’Ouche", "siren": "315772046",
     "team": ["Hélène Dubois-Marchand", "Alice Martin"],
     "state": ("À risque", "warn"), "todo": 52, "suspense": None, "last": _day(20)},
    {"name": "Restaurant L’Œuf à la coque", "siren": "882134075", "team": ["Chloé Perrin"],
     "state": ("En retard", "danger"), "todo": 44, "suspense": 86255, "last": _day(12)},
    {"name": "Boulangerie-Pâtisserie Lefèvre & Fils", "siren": "552100554",
     "team": ["Alice Martin", "Bruno Lemaire"],
     "state": ("En retard", "danger"), "todo": 38, "suspense": -231480, "last": _day(19)},
    {"name": "Pharmacie de la Gare de Montauban", "siren": "503177446", "team": ["Bruno Lemaire"],
     "state": ("À jour", "ok"), "todo": 0, "suspense": 0, "last": _day(20)},
]  # fmt: skip
BALANCE: list[dict[str, Any]] = [
    {"account": "101000", "label": "Capital social", "opening": -3000000, "debit": None,
     "credit": None, "closing": -3000000, "growth": None},
    {"account": "401000", "label": "Fournisseurs", "opening": -1894210, "debit": 19841276,
     "credit": 20218034, "closing": -2270968, "growth": 0.199},
    {"account": "512000", "label": "Banque Populaire ··4821", "opening": 2412055, "debit": 61240950,
     "credit": 60118265, "closing": 3534740, "growth": 0.465},
    {"account": "471000", "label": "Compte d’attente", "opening": 231480, "debit": 0,
     "credit": 231480, "closing": 0, "growth": -1.0},
]  # fmt: skip


class SampleForm(forms.Form):
    """One field of each kind; bound with faults to show the errors."""

    siren = forms.CharField(label="SIREN", initial="552 100 55")
    takeover = forms.CharField(
        label="Date de reprise", required=False,
        widget=forms.TextInput(attrs={"placeholder": "jj/mm/aaaa", "data-date": True}),
        help_text="Les écritures antérieures viennent du FEC.",
    )  # fmt: skip
    regime = forms.ChoiceField(label="Régime de TVA", choices=REGIMES)
    slug = forms.CharField(
        label="Nom court", initial="boulangerie", widget=forms.TextInput(attrs={"readonly": True})
    )
    note = forms.CharField(
        label="Un mot pour Alice", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    weekly = forms.BooleanField(
        label="Recevoir un récapitulatif le lundi à 10\u00a0h", required=False, initial=True
    )

    def clean_siren(self) -> str:
        """A SIREN of eight digits, refused with the sentence of the design."""
        raise forms.ValidationError("Un SIREN compte 9 chiffres\u202f; il en manque un.")


@register.simple_tag
def samples() -> dict[str, Any]:
    """Everything that the component page shows."""
    form = SampleForm(
        {"siren": "552 100 55", "regime": "reel-m", "slug": "boulangerie", "weekly": "on"}
    )
    weeks = [268, 251, 259, 243, 276, 301, 288, 262, 240, 247, 229, 214]
    return {
        "rows": ROWS,
        "balance": BALANCE,
        "balance_totals": [749325, 81082226, 80567779, 1263772],
        "totals": [195, -145225, None],
        "tabs": [
            ("invit", "Invitations", "#", 2),
            ("mine", "Mes clients", "#", 24),
            ("all", "Tous", "#", 132),
        ],
        "scopes": [("mes", "Mes dossiers"), ("tous", "Tout le cabinet")],
        "people": [("chloe", "Chloé Perrin"), ("bruno", "Bruno Lemaire")],
        "points": [(f"S{36 + at}", value) for at, value in enumerate(weeks)],
        "load": [
            ("Chloé Perrin", 71, 58),
            ("Bruno Lemaire", 68, 49),
            ("Alice Martin", 30, 22),
            ("Non assignés", 14, 14),
        ],
        "load_series": ("Factures", "Opérations bancaires"),
        "cash": _cash(),
        "form": form,
        "swatches": _SWATCHES,
        "day": dt.date(2026, 11, 20),
        "moment": dt.datetime(2026, 11, 20, 14, 32, tzinfo=dt.UTC),
        "since": dt.date(2026, 1, 1),
        "until": dt.date(2026, 12, 31),
    }


_SWATCHES = [
    ("bg", "fond"), ("surface", "surface"), ("sunken", "creux"), ("hover", "survol"),
    ("text", "texte"), ("text2", "texte 2"), ("text3", "texte 3"), ("control", "contour"),
    ("accent", "accent"), ("soft", "accent doux"), ("ok", "succès"),
    ("warn", "attention"), ("danger", "danger"),
]  # fmt: skip


def _cash() -> dict[str, Any]:
    """Twenty-four months of a bank balance, in cents, one month unknown."""
    start = dt.datetime(2024, 12, 1, tzinfo=dt.UTC)
    months = [start + dt.timedelta(days=30 * at) for at in range(24)]
    cents = [3_000_000 + (at * 7919 % 23 - 11) * 90_000 + at * 40_000 for at in range(24)]
    return {
        "x": [int(month.timestamp()) for month in months],
        "series": [{"label": "Solde", "cents": [*cents[:7], None, *cents[8:]]}],
    }
