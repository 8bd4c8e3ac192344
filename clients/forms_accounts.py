"""Forms of client accounts: they validate and convert, and never save."""

from __future__ import annotations

from typing import Any

from django import forms

from clients.models import Contact, Dossier, PlanSubscription
from firm.formats import amount
from firm.models import Membership, User


class ContactForm(forms.Form):
    """One line of the list of contacts; an empty name takes the line away."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label="Nom", max_length=150, required=False)
    role = forms.CharField(label="Fonction", max_length=100, required=False)
    email = forms.EmailField(label="Adresse e-mail", required=False)
    phone = forms.CharField(label="Téléphone", max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        """A contact that says something has a name."""
        cleaned = super().clean() or {}
        says = any(cleaned.get(name) for name in ("role", "email", "phone"))
        if says and not cleaned.get("name") and not cleaned.get("id"):
            self.add_error("name", "Indiquez le nom de ce contact.")
        return cleaned


Contacts = forms.formset_factory(ContactForm, extra=1, max_num=50, absolute_max=60)


def contacts_form(contacts: list[Contact], data: Any = None) -> Any:
    """The list of contacts with one empty line."""
    rows = [
        {"id": row.pk, "name": row.name, "role": row.role, "email": row.email, "phone": row.phone}
        for row in contacts
    ]
    return Contacts(data, initial=rows, prefix="contacts")


class AccessForm(forms.Form):
    """Who of the firm works on the dossier, and whether it opens to them alone."""

    confidential = forms.BooleanField(label="Entreprise confidentielle", required=False)
    listed = forms.MultipleChoiceField(
        label="Comptables affectés", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, members: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(row.user_id), row.user.get_full_name()) for row in members]
        self.fields["listed"].choices = choices  # type: ignore[attr-defined]


class BreakGlassForm(forms.Form):
    """The short name cannot be chosen from a list: the dossier is in none."""

    slug = forms.CharField(label="Nom court du dossier", max_length=60)
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Les personnes de la liste d’accès le reçoivent par e-mail.",
    )


class AccountForm(forms.Form):
    """A new client account."""

    name = forms.CharField(label="Nom de l’entreprise", max_length=200)
    siren = forms.CharField(
        label="SIREN",
        max_length=20,
        required=False,
        help_text="Neuf chiffres ; un SIRET convient aussi.",
    )
    slug = forms.CharField(
        label="Adresse du compte",
        max_length=40,
        help_text="Remplacez le numéro proposé par le nom du client : lettres, chiffres, tirets.",
    )


class FirmForm(forms.Form):
    """« Informations générales » of the firm."""

    name = forms.CharField(label="Nom du cabinet", max_length=200)
    siren = forms.CharField(label="SIREN", max_length=20, required=False)
    has_client_accounts = forms.BooleanField(
        label="Comptes clients",
        required=False,
        help_text=(
            "Ajoute au tableau de bord « Ajouter une nouvelle compagnie » et « Comptes clients »."
        ),
    )


class LockForm(forms.Form):
    """The restriction date of several accounts."""

    lock_mode = forms.ChoiceField(
        label="Qui est arrêté", choices=Dossier.LockMode.choices, initial=Dossier.LockMode.USERS
    )
    lock_date = forms.DateField(
        label="Date de restriction",
        required=False,
        help_text="Les documents datés de ce jour ou d’avant ne se modifient plus.",
    )
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        required=False,
        help_text="Nécessaire pour reculer la date ou assouplir la restriction.",
    )

    def clean(self) -> dict[str, Any]:
        """« Aucune » drops the date; the two others need one."""
        cleaned = super().clean() or {}
        if cleaned.get("lock_mode") == Dossier.LockMode.NONE:
            cleaned["lock_date"] = None
        elif not cleaned.get("lock_date") and "lock_date" not in self.errors:
            self.add_error("lock_date", "Indiquez la date de restriction.")
        return cleaned


class AssignManyForm(forms.Form):
    """Who is assigned to several dossiers."""

    person = forms.ChoiceField(label="Collaborateur")

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Choisir…"), *((str(pk), name) for pk, name in people)]
        self.fields["person"].choices = choices  # type: ignore[attr-defined]


class OfferForm(forms.Form):
    """To whom the dossier is handed over."""

    to = forms.ChoiceField(label="Nouveau propriétaire")

    def __init__(self, *args: Any, administrators: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(user.pk), f"{user} ({user.email})") for user in administrators]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]


class FirmInvitationForm(forms.Form):
    """Which firm a client invites."""

    wanted = forms.CharField(label="Nom exact ou adresse courte du cabinet", max_length=200)
    message = forms.CharField(
        label="Message", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class RenewalForm(forms.Form):
    """The plan of the next period at the price shown, and how it is paid."""

    plan = forms.ChoiceField(label="Formule", widget=forms.RadioSelect)
    payment_means = forms.CharField(
        label="Moyen de paiement",
        max_length=120,
        help_text=(
            "Par exemple « Prélèvement sur le compte se terminant par 4321 ». Rien n’est débité "
            "ici ; ne saisissez pas de numéro de carte."
        ),
    )

    def __init__(self, *args: Any, prices: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(PlanSubscription.Plan.choices)
        # The price goes along with the plan: what is confirmed is what was read.
        self.fields["plan"].choices = [  # type: ignore[attr-defined]
            (f"{plan}:{price}", f"{labels[plan]} : {amount(price)} hors taxes par an")
            for plan, price in prices.items()
        ]

    def wanted(self) -> dict[str, Any]:
        """Plan, price in cents, means of payment."""
        plan, _colon, price = self.cleaned_data["plan"].partition(":")
        return {"plan": plan, "price": int(price),
                "payment_means": self.cleaned_data["payment_means"]}  # fmt: skip
