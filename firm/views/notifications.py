"""`/notifications/`: one's own bell."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from firm.actions.notifications import mark_read
from firm.models import User
from firm.queries.notifications import latest
from firm.views.own import own_page


@own_page("GET", "POST")
def notifications(request: HttpRequest) -> HttpResponse:
    """The latest lines; posting marks them all as read."""
    person = cast(User, request.user)
    if request.method == "POST":
        mark_read(by=person)
        return redirect("notifications")
    lines = latest(person)
    return render(
        request,
        "compte/notifications.html",
        {"lines": lines, "unread": sum(line.read_at is None for line in lines)},
    )
