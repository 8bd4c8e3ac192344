"""Forms about people: they validate and convert, and never save."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from django import forms

from clients import powers, rights
from clients.access import Rights
from firm.forms import HELP
from firm.models import CustomRole, Firm, Membership, User

PARIS = ZoneInfo("Europe/Paris")
Choices = list[tuple[str, str]]


def firm_roles(mine: Membership) -> Choices:
    """(key, name) of the firm's roles that a member may give; « c12 » is custom role 12."""
    power = powers.of_member(mine)
    fixed = [
        (role.value, role.label)
        for role in Membership.Role
        if role != Membership.Role.CUSTOM and power.covers(powers.of_firm_role(role))
    ]
    custom = CustomRole.objects.filter(firm_id=mine.firm_id, kind=CustomRole.Kind.FIRM)
    return fixed + [
        (f"c{role.pk}", role.name)
        for role in custom.order_by("name")
        if power.covers(powers.of_firm_role("custom", role))
    ]


def dossier_roles(firm: Firm | None, held: Rights | None = None) -> Choices:
    """(key, name) of a client's roles that the holder of these rights may give on a dossier."""
    custom = CustomRole.objects.filter(firm=firm, kind=CustomRole.Kind.DOSSIER) if firm else []
    every: list[tuple[str, str, CustomRole | None]] = [
        (role.value, role.label, None) for role in powers.CLIENT_ROLES
    ]
    every += [(f"c{role.pk}", role.name, role) for role in custom]
    return [
        (key, name)
        for key, name, own in every
        if held is None or powers.may_give_on_dossier(held, "custom" if own else key, own)
    ]


def role_of(key: str) -> tuple[str, CustomRole | None]:
    """The role and custom role that a key of these lists names."""
    if key[:1] == "c" and key[1:].isdigit():
        return "custom", CustomRole.objects.filter(pk=int(key[1:])).first()
    return key, None


class Role(forms.Form):
    """A role to give."""

    role = forms.ChoiceField(label="Rôle")

    def __init__(self, *args: Any, roles: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        # The smallest usual role stands first chosen: nobody becomes a chief by an oversight.
        usual = [key for key in ("staff", "client_user") if key in dict(roles)]
        self.fields["role"].initial = usual[0] if usual else None

    def role_given(self) -> dict[str, Any]:
        """As the actions take it."""
        role, custom = role_of(self.cleaned_data["role"])
        return {"role": role, "custom_role": custom}


class Invite(Role):
    """Who is invited, to which role."""

    email = forms.EmailField(label="Adresse e-mail")
    name = forms.CharField(label="Nom", max_length=150, required=False)
    send = forms.BooleanField(
        label="Envoyer l’invitation tout de suite",
        required=False,
        initial=True,
        help_text="Décochez pour préparer l’accès et envoyer le lien plus tard.",
    )
    field_order: tuple[str, ...] = ("email", "name", "role", "send")


class InviteClient(Invite):
    """The same, to a dossier named by its name, short name or SIREN."""

    dossier = forms.CharField(
        label="Dossier", max_length=200, help_text="Son nom, son nom court ou son SIREN."
    )
    field_order = ("dossier", "email", "name", "role", "send")


class Term(forms.Form):
    """Until when, and why."""

    until = forms.DateField(
        label="Accès jusqu’au",
        required=False,
        help_text="Ce jour compris. Vide : sans limite.",
        widget=forms.DateInput(attrs={"data-date": True, "placeholder": "jj/mm/aaaa"}),
    )
    reason = forms.CharField(
        label="Motif", max_length=300, required=False, help_text="Requis pour un accès temporaire."
    )

    def expires_at(self) -> dt.datetime | None:
        """The midnight that ends the last day, in Paris."""
        last = self.cleaned_data["until"]
        if last is None:
            return None
        return dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), PARIS)


class Assign(Term):
    """One of the firm's people for a dossier."""

    person = forms.ChoiceField(label="Comptable")
    field_order = ("person", "until", "reason")

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "Choisir…"), *people]  # type: ignore[attr-defined]


class AskAccess(forms.Form):
    """Which dossier one needs, and why."""

    wanted = forms.CharField(
        label="Dossier", max_length=60, help_text="Son nom court (dans l’adresse) ou son SIREN."
    )
    reason = forms.CharField(
        label="Motif", max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class Address(forms.Form):
    """A person's new address."""

    email = forms.EmailField(label="Nouvelle adresse e-mail")


class Newcomer(forms.Form):
    """What a new person says through his link: his name, and a password that he alone knows."""

    name = forms.CharField(label="Votre nom", max_length=150)
    password1 = forms.CharField(
        label="Mot de passe",
        help_text=HELP,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="Le même, une seconde fois",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_name(self) -> str:
        """One line without outer spaces."""
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        """The same rules as for any password here."""
        cleaned = super().clean() or {}
        one, two = cleaned.get("password1"), cleaned.get("password2")
        if one and two and one != two:
            self.add_error("password2", "Les deux mots de passe diffèrent.")
        elif one:
            somebody = User(email=self.email, name=cleaned.get("name", ""))
            try:
                get_adapter().clean_password(one, user=somebody)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return cleaned


class CustomRoleForm(forms.Form):
    """A named set of rights; only those that its maker holds can be ticked."""

    name = forms.CharField(label="Nom du rôle", max_length=60)
    reach = forms.ChoiceField(
        label="Dossiers ouverts",
        choices=CustomRole.Reach.choices,
        initial=CustomRole.Reach.ASSIGNED,
        widget=forms.RadioSelect,
        required=False,
    )
    named = forms.MultipleChoiceField(
        label="Droits",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un droit."},
    )

    def __init__(self, *args: Any, kind: str, may_give: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        table = rights.table()
        groups = [("dossier", table["rights"])]
        if kind == CustomRole.Kind.FIRM:
            groups.insert(0, ("firm", table["firm_rights"]))
        else:
            del self.fields["reach"]
        self.fields["named"].choices = [  # type: ignore[attr-defined]
            (name, right["label"])
            for _group, named in groups
            for name, right in named.items()
            if name in may_give
        ]


def people_choices(people: Iterable[User]) -> Choices:
    """(id, name and address) for a list of people."""
    return [(str(one.pk), f"{one.get_full_name()} ({one.email})") for one in people]


def assignable(firm: Firm) -> Choices:
    """The firm's people, by name."""
    staff = User.objects.filter(memberships__firm=firm, is_active=True).order_by("name", "email")
    return people_choices(staff)
