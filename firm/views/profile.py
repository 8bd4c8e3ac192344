"""`/compte/`: who one is, and how the screens behave."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from firm import forms
from firm.actions.people import change_profile
from firm.models import User
from firm.views.own import own_page


@own_page("GET", "POST")
def profile(request: HttpRequest) -> HttpResponse:
    """Name, shortcuts, theme."""
    person = cast(User, request.user)
    form = forms.Profile(request.POST or None, instance=User.objects.get(pk=person.pk))
    if request.method == "POST" and form.is_valid():
        change_profile(person, **form.cleaned_data, by=person)
        messages.success(request, "Profil enregistré.")
        return redirect("account")
    return render(request, "compte/profil.html", {"form": form}, status=422 if form.errors else 200)
