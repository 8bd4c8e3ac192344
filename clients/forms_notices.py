"""Forms of reminders, digests and lock dates: they validate and convert, and never save."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from clients.actions.reminders import TASKS
from clients.models import Dossier
from firm.models import DigestPreference, User


class ReminderForm(forms.Form):
    """What to remind the accountants of."""

    tasks = forms.MultipleChoiceField(
        label="Tâches",
        choices=list(TASKS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    comment = forms.CharField(
        label="Commentaire",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)


class DigestForm(forms.Form):
    """Whether a digest comes by e-mail, and how often."""

    email = forms.BooleanField(label="E-mail", required=False)
    frequency = forms.ChoiceField(
        label="Sélectionnez la fréquence", choices=DigestPreference.Frequency.choices
    )

    def wanted(self) -> str:
        """The frequency, or nothing when it was unticked."""
        return str(self.cleaned_data["frequency"]) if self.cleaned_data["email"] else ""


class LockForm(forms.Form):
    """The lock date and whom it stops."""

    lock_mode = forms.ChoiceField(
        label="Qui est arrêté",
        choices=[
            (Dossier.LockMode.NONE, "Personne\u00a0: aucune restriction"),
            (Dossier.LockMode.USERS, "Les utilisateurs, pas les administrateurs du cabinet"),
            (Dossier.LockMode.USERS_AND_ADMINS, "Tout le monde, sauf exception"),
        ],
    )
    lock_date = forms.DateField(
        label="Dernier jour verrouillé",
        required=False,
        widget=forms.TextInput(attrs={"data-date": True}),
    )
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        required=False,
        help_text="Demandé pour assouplir une restriction\u00a0; il est conservé.",
    )

    def clean(self) -> dict[str, Any]:
        """Without a restriction there is no date."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("lock_mode") == Dossier.LockMode.NONE:
            cleaned["lock_date"] = None
        return cleaned


class LockExceptionForm(forms.Form):
    """Who may write before the lock date, why, and until which day (included)."""

    person = forms.ChoiceField(label="Personne")
    until = forms.DateField(
        label="Jusqu’au (inclus)", widget=forms.TextInput(attrs={"data-date": True})
    )
    reason = forms.CharField(label="Motif", max_length=300)

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(one.pk): one for one in people}
        choices = [(key, one.get_full_name()) for key, one in self._people.items()]
        self.fields["person"].choices = choices  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """The arguments of `allow_exception`; the day's end is midnight in Paris."""
        day: dt.date = self.cleaned_data["until"] + dt.timedelta(days=1)
        return {
            "to": self._people[self.cleaned_data["person"]],
            "until": timezone.make_aware(dt.datetime.combine(day, dt.time())),
            "reason": self.cleaned_data["reason"],
        }
