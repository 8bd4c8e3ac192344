"""Forms of the account pages: allauth's with our words, and our own.  They validate, never save."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.mfa.base import forms as second_factor
from allauth.mfa.totp import forms as totp
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from firm import tokens
from firm.models import User

HELP = "12 caractères au moins, qui ne soient ni votre nom ni un mot courant. Une phrase convient."
CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}


def say(form: forms.Form, **labels: str) -> None:
    """Give fields their French label and take their placeholder away."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)


class SignIn(account.LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, login="Adresse e-mail", password="Mot de passe")  # noqa: S106 (a label)
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autofocus": True}
        self.fields["password"].help_text = ""


class ForgottenPassword(account.ResetPasswordForm):  # type: ignore[misc]  # idem
    """The address to which a link goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, email="Adresse e-mail")
        self.fields["email"].widget.attrs |= {"autocomplete": "username", "autofocus": True}

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Send a link, or word that there is no such account: one message, one work, either way."""
        if self.users:
            super().save(request, **kwargs)
        else:
            # A link for nobody, thrown away: it costs what a link for somebody costs.
            EmailAddress.objects.filter(user_id=0, email=self.cleaned_data["email"]).exists()
            default_token_generator.make_token(User(pk=0))
            again = settings.BASE_URL + reverse("account_reset_password")
            get_adapter(request).send_mail(
                "account/email/unknown_account",
                self.cleaned_data["email"],
                {"password_reset_url": again},
            )
        return str(self.cleaned_data["email"])


class NewPassword(account.ResetPasswordKeyForm):  # type: ignore[misc]  # idem
    """The password chosen through a link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, password1="Nouveau mot de passe", password2="Le même, une seconde fois")
        self.fields["password1"].help_text = HELP


class ChangePassword(account.ChangePasswordForm):  # type: ignore[misc]  # idem
    """The password changed by who knows the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, oldpassword="Mot de passe actuel", password1="Nouveau mot de passe",
            password2="Le nouveau, une seconde fois")  # fmt: skip
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].help_text = HELP


class ConfirmByPassword(account.ReauthenticateForm):  # type: ignore[misc]  # idem
    """One's password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, password="Mot de passe")  # noqa: S106 (a label)
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs["autofocus"] = True


class CodeAtSignIn(second_factor.AuthenticateForm):  # type: ignore[misc]  # idem
    """The code of the application, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, code="Code")
        self.fields["code"].widget.attrs |= CODE


class ConfirmByCode(second_factor.ReauthenticateForm):  # type: ignore[misc]  # idem
    """The same, by somebody who is signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, code="Code")
        self.fields["code"].widget.attrs |= CODE


class ActivateApplication(totp.ActivateTOTPForm):  # type: ignore[misc]  # idem
    """The first code, which proves that the application was set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, code="Code à six chiffres affiché par l’application")
        self.fields["code"].widget.attrs |= CODE


class Profile(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """What a person may change of himself; his address is his firm's or his client's business."""

    class Meta:
        model = User
        fields = ("name", "single_keys")
        labels = {
            "name": "Nom",
            "single_keys": "Raccourcis à une seule touche (J, K, A, G puis C…)",
        }

    def clean_name(self) -> str:
        """One line without outer spaces."""
        return " ".join(self.cleaned_data["name"].split())


class NewToken(forms.Form):
    """A bearer token for oneself."""

    LIVES = (("30", "30 jours"), ("90", "90 jours"), ("365", "Un an"), ("0", "Sans limite"))
    ALL, SOME = "all", "some"

    name = forms.CharField(
        label="Nom", max_length=100, help_text="Ce à quoi il sert, par exemple « Export mensuel »."
    )
    scopes = forms.MultipleChoiceField(
        label="Portées",
        choices=tokens.SCOPES,
        initial=["read"],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une portée."},
    )
    reach = forms.ChoiceField(
        label="Dossiers", initial=ALL, widget=forms.RadioSelect,
        choices=((ALL, "Tous ceux qui me sont ouverts, aujourd’hui et demain"),
                 (SOME, "Seulement ceux que je coche")),
    )  # fmt: skip
    dossiers = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    lives = forms.ChoiceField(label="Expiration", choices=LIVES, initial="90")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dossiers"].choices = tokens.dossiers_of(user)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """« Only those that I tick » needs a tick; « all » drops the ticks."""
        cleaned = super().clean() or {}
        if cleaned.get("reach") == self.ALL:
            cleaned["dossiers"] = []
        elif not cleaned.get("dossiers") and "dossiers" not in self.errors:
            self.add_error("dossiers", "Cochez au moins un dossier.")
        return cleaned

    def expires_at(self) -> dt.datetime | None:
        """The instant at which the token ends, if it does."""
        days = int(self.cleaned_data["lives"])
        return timezone.now() + dt.timedelta(days=days) if days else None
