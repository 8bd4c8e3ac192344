"""`/compte/securite/`: password, second factor, open sessions."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from allauth.account import views as account
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from firm import accounts, audit, forms
from firm.actions.sessions import end_other_sessions, end_session
from firm.models import User
from firm.queries.sessions import open_sessions
from firm.sessions import renew_key
from firm.views.account import Refusal
from firm.views.own import own_page


@own_page()
def security(request: HttpRequest) -> HttpResponse:
    """What protects the account, on one page."""
    person = cast(User, request.user)
    factors = {row.type: row for row in Authenticator.objects.filter(user_id=person.pk)}
    recovery = factors.get(Authenticator.Type.RECOVERY_CODES)
    shown = {
        "application": factors.get(Authenticator.Type.TOTP),
        "codes_left": len(recovery.wrap().get_unused_codes()) if recovery else 0,
        "sessions": open_sessions(person, current_key=request.session.session_key),
    }
    return render(request, "compte/securite.html", shown)


@own_page("POST")
def sign_out_one(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign one browser out; this one, if it was it, goes to the sign-in page."""
    end_session(session_id, by=cast(User, request.user))
    messages.success(request, "Session déconnectée.")
    return redirect("mfa_index")


@own_page("POST")
def sign_out_others(request: HttpRequest) -> HttpResponse:
    """Sign every other browser out."""
    ended = end_other_sessions(keep=request.session.session_key, by=cast(User, request.user))
    many = f"{ended} autres sessions déconnectées."
    messages.success(request, many if ended > 1 else "Autre session déconnectée.")
    return redirect("mfa_index")


class ChangePassword(Refusal, account.PasswordChangeView):  # type: ignore[misc]  # no types
    """`/compte/securite/mot-de-passe/`: every other session ends."""

    form_class = forms.ChangePassword

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Who has no password yet gets a link, as anybody who forgot his."""
        if not cast(User, request.user).has_usable_password():
            return redirect("account_reset_password")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        """Change it, under a new session key, and sign the other browsers out."""
        response: HttpResponse = super().form_valid(form)
        end_other_sessions(keep=self.request.session.session_key, by=form.user)
        audit.record("firm.password_changed", by=form.user)
        return response


class ActivateApplication(Refusal, totp.ActivateTOTPView):  # type: ignore[misc]  # idem
    """`…/application/activer/`: scan, then prove it by a code."""

    form_class = forms.ActivateApplication

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The address was proved by the invitation: allauth must not ask for it again."""
        accounts.vouch_for_address(cast(User, request.user))
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        """A session begun without the second factor goes on under a new key."""
        response: HttpResponse = super().form_valid(form)
        renew_key(self.request)
        audit.record("firm.second_factor_added", by=form.user)
        return response


class DeactivateApplication(Refusal, totp.DeactivateTOTPView):  # type: ignore[misc]  # idem
    """`…/application/desactiver/`, after proving once more who one is."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Take the second factor and its recovery codes away."""
        response: HttpResponse = super().form_valid(form)
        audit.record("firm.second_factor_removed", by=cast(User, self.request.user))
        return response


class RenewCodes(codes.GenerateRecoveryCodesView):  # type: ignore[misc]  # idem
    """`…/codes/renouveler/`: the former codes open nothing any more."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Make ten new ones."""
        response: HttpResponse = super().form_valid(form)
        audit.record("firm.recovery_codes_renewed", by=cast(User, self.request.user))
        return response


class DownloadCodes(codes.DownloadRecoveryCodesView):  # type: ignore[misc]  # idem
    """`…/codes/telecharger/`: the unused codes as a text file."""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Under a French name."""
        response: HttpResponse = super().render_to_response(context, **kwargs)
        response["Content-Disposition"] = 'attachment; filename="codes-de-secours.txt"'
        response.status_code = HTTPStatus.OK
        return response
