"""Signing in and out, and choosing a password: allauth's views with our forms and templates."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from allauth.account import views as account
from allauth.core.internal import ratelimit
from allauth.mfa.base import views as second_factor
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse_lazy

from firm import accounts, forms
from firm.models import User
from firm.views.outbox import is_open_here

# allauth counts by the minute; nobody needs more links than this in an hour.
LINKS = {"password_link": "5/h/key,60/h/ip"}


class Refusal:
    """A refused form answers 422, and 429 when it was tried too often."""

    TOO_OFTEN = frozenset({"too_many_login_attempts", "rate_limited"})

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again, with what to do."""
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        codes = {error.code for errors in form.errors.as_data().values() for error in errors}
        is_too_often = bool(codes & self.TOO_OFTEN)
        response.status_code = (
            HTTPStatus.TOO_MANY_REQUESTS if is_too_often else HTTPStatus.UNPROCESSABLE_ENTITY
        )
        return response


class SignIn(Refusal, account.LoginView):  # type: ignore[misc]  # allauth ships no types
    """`/connexion/`."""

    form_class = forms.SignIn

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """In demo mode, the cast that was created, with buttons that fill the fields."""
        shown: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.DEMO and accounts.is_on_this_machine():
            there = dict(User.objects.filter(is_active=True).values_list("email", "name"))
            shown["demo_people"] = [
                (email, there[email], role) for email, role in accounts.DEMO_CAST if email in there
            ]
            shown["demo_password"] = accounts.DEMO_PASSWORD
        return shown


class CodeAtSignIn(second_factor.AuthenticateView):  # type: ignore[misc]  # idem
    """`/connexion/code/`: the second step of who activated it."""

    form_class = forms.CodeAtSignIn

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again, as `Refusal` does; this view is no FormView."""
        response: HttpResponse = super().form_invalid(form)
        too_often = form.has_error("code", "too_many_login_attempts")
        response.status_code = 429 if too_often else 422
        return response


class SignOut(account.LogoutView):  # type: ignore[misc]  # idem
    """`/deconnexion/`: a POST signs out, a GET asks."""


class Forgotten(Refusal, account.PasswordResetView):  # type: ignore[misc]  # idem
    """`/mot-de-passe/`: the same answer, and the same work, for an unknown address."""

    form_class = forms.ForgottenPassword

    def form_valid(self, form: Any) -> HttpResponse:
        """Refuse an address asked for too often, known or not."""
        address = form.cleaned_data["email"]
        if not ratelimit.consume(
            self.request, app="allauth.account", action="password_link", config=LINKS, key=address
        ):
            refused: HttpResponse = ratelimit.respond_429(self.request)
            return refused
        response: HttpResponse = super().form_valid(form)
        return response


class LinkSent(account.PasswordResetDoneView):  # type: ignore[misc]  # idem
    """`/mot-de-passe/envoye/`."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the embedded mailbox, where to read what was sent."""
        shown: dict[str, Any] = super().get_context_data(**kwargs)
        return {**shown, "embedded_mail": is_open_here(self.request)}


class PasswordSet(account.PasswordResetFromKeyDoneView):  # type: ignore[misc]  # idem
    """`/mot-de-passe/enregistre/`."""


class Inactive(account.AccountInactiveView):  # type: ignore[misc]  # idem
    """`/connexion/inactif/`: the password was right, the account is blocked."""


class PasswordByLink(Refusal, account.PasswordResetFromKeyView):  # type: ignore[misc]  # idem
    """`/mot-de-passe/nouveau/…`: the link of a mail, which works once."""

    form_class = forms.NewPassword
    success_url = reverse_lazy("account_reset_password_from_key_done")

    def form_valid(self, form: Any) -> HttpResponse:
        """The new password ends every session; the link proves the address."""
        person: User = self.reset_user
        response: HttpResponse = super().form_valid(form)
        accounts.vouch_for_address(person)
        for session in UserSession.objects.filter(user_id=person.pk):
            session.end()
        accounts.record_own("firm.password_reset", by=person)
        return response


class Confirm(Refusal, account.ReauthenticateView):  # type: ignore[misc]  # idem
    """`/compte/confirmer/`: one's password again, before a sensitive act."""

    form_class = forms.ConfirmByPassword


class ConfirmByCode(Refusal, second_factor.ReauthenticateView):  # type: ignore[misc]  # idem
    """`/compte/confirmer/code/`: the same by code."""

    form_class = forms.ConfirmByCode
