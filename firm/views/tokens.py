"""`/compte/jetons/`: one's own API tokens."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from firm import accounts, forms, tokens
from firm.actions.tokens import create_token, revoke_token
from firm.models import User
from firm.queries.tokens import tokens_of
from firm.views.own import own_page


@own_page()
def token_list(request: HttpRequest) -> HttpResponse:
    """All of them, the live ones first."""
    rows = tokens_of(cast(User, request.user))
    live = sum(row.is_live for row in rows)
    return render(
        request, "compte/jetons.html", {"rows": rows, "live": live, "scopes": dict(tokens.SCOPES)}
    )


@own_page("GET", "POST")
def new_token(request: HttpRequest) -> HttpResponse:
    """Make one, after a fresh sign-in; its secret is on the answer and nowhere else."""
    accounts.require_fresh_sign_in(request)
    person = cast(User, request.user)
    form = forms.NewToken(request.POST or None, user=person)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "compte/jeton_nouveau.html", {"form": form}, status=status)
    kept = {name: form.cleaned_data[name] for name in ("name", "scopes", "dossiers")}
    token, secret = create_token(**kept, expires_at=form.expires_at(), by=person)
    return render(request, "compte/jeton_cree.html", {"token": token, "secret": secret}, status=201)


@own_page("POST")
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """End one at once."""
    revoke_token(token_id, by=cast(User, request.user))
    messages.success(
        request, "Jeton révoqué. Les programmes qui s’en servaient sont refusés dès maintenant."
    )
    return redirect("account_tokens")
