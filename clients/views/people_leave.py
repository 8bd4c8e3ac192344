"""« Quitter le cabinet »: by oneself, once nothing that one alone holds is left behind."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from clients.actions import members
from clients.queries.people_leaving import own_departure
from clients.rights import may_in_firm
from clients.views.confirmations import require_word
from firm.access import FirmRequest, firm_view
from firm.accounts import require_fresh_sign_in
from firm.models import Membership, User
from firm.views.own import own_page


@own_page()
def firms(request: HttpRequest) -> HttpResponse:
    """The firms where one works, and the way out of each."""
    person = cast(User, request.user)
    rows = Membership.objects.filter(user=person).select_related("firm", "custom_role")
    return render(request, "people/firms.html", {"rows": rows.order_by("firm__name")})


@firm_view(needs="firm.open", may=may_in_firm, methods=("GET", "POST"))
def leave(request: FirmRequest) -> HttpResponse:
    """What ends, what keeps one here, then the firm's short name."""
    require_fresh_sign_in(request)
    if request.method == "POST":
        require_word(request, request.firm.slug)
        members.detach_from_firm(request.firm, request.user, by=request.user)
        messages.success(request, f"Vous ne travaillez plus dans {request.firm.name}.")
        return redirect("people:firms")
    context = {"held": own_departure(request.firm, request.user)}
    return render(request, "people/leave.html", context)
