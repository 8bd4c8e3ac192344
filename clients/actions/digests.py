"""Digests of a dossier by e-mail: chosen by each person for himself, sent exactly once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from clients.access import rights_on
from clients.digests import PARIS, first_sending, next_sending
from clients.models import Dossier, DossierStats
from firm import audit, mailer, scope
from firm.errors import BusinessError
from firm.formats import amount, date_fr, date_long, plural
from firm.models import DigestPreference, User

NEEDS = "books.read"
SENDER = "digests"  # the capability that opens every preference to the sender (firm/0006)
BATCH = 200


class UnknownFrequency(BusinessError):
    """Neither daily, nor weekly, nor monthly."""

    code = "unknown_frequency"
    title = "Fréquence inconnue"


@transaction.atomic
def choose_digest(
    dossier: Dossier, *, frequency: str, by: User, now: dt.datetime | None = None
) -> DigestPreference | None:
    """Switch one's own digest of a dossier on, change how often it comes, or off (`frequency` "").

    The first one leaves the first Monday at 10:00 (Paris) strictly after it was switched on; a
    change of frequency keeps that promise for whoever has received none yet.

    Raises:
        UnknownFrequency: something else was asked for.
    """
    mine = DigestPreference.objects.filter(user=by, dossier_id=dossier.pk)
    if not frequency:
        if mine.delete()[0]:
            audit.record("clients.digest_stopped", by=by, dossier_id=dossier.pk)
        return None
    if frequency not in DigestPreference.Frequency.values:
        raise UnknownFrequency("Choisissez une fréquence : chaque jour, semaine ou mois.")
    now = now or timezone.now()
    current = mine.first()
    if current and current.frequency == frequency:
        return current
    first = first_sending(current.since if current else now)
    following = next_sending(frequency, after=now) if first <= now else first
    chosen, _made = DigestPreference.objects.update_or_create(
        user=by,
        dossier_id=dossier.pk,
        defaults={"frequency": frequency, "next_at": following},
        create_defaults={"frequency": frequency, "next_at": following, "since": now},
    )
    audit.record("clients.digest_chosen", by=by, dossier_id=dossier.pk, frequency=frequency)
    return chosen


def send_due(*, now: dt.datetime | None = None) -> int:
    """Queue every digest whose instant has come; answers how many.

    One that an outage made late leaves once, for the instant it missed; those in between are not
    made up for.
    """
    now, sent = now or timezone.now(), 0
    while batch := sum(_send(pk, now) for pk in _due(now)):
        sent += batch
    return sent


def _due(now: dt.datetime) -> Iterable[int]:
    with scope.open_scope(scope.Scope(token=SENDER)):
        waiting = DigestPreference.objects.filter(next_at__lte=now).order_by("next_at", "id")
        return list(waiting.values_list("pk", flat=True)[:BATCH])


def _send(pk: int, now: dt.datetime) -> bool:
    """One digest: its message and its next instant are written together, or neither."""
    with scope.open_scope(scope.Scope(token=SENDER)):
        free = DigestPreference.objects.select_for_update(skip_locked=True, of=("self",))
        chosen = free.select_related("user").filter(pk=pk, next_at__lte=now).first()
        if chosen is None:
            return False
        with scope.extended(user=chosen.user_id):
            dossier = _still_open(chosen)
            if dossier is None:
                chosen.delete()
                return False
            with scope.extended(read=frozenset({dossier.pk})):
                _queue(chosen, dossier)
        DigestPreference.objects.filter(pk=pk).update(
            next_at=next_sending(chosen.frequency, after=now)
        )
    return True


def _still_open(chosen: DigestPreference) -> Dossier | None:
    """The dossier, if its reader is still one: a right that has gone ends the digest."""
    held = rights_on(chosen.user, chosen.dossier_id)
    if not chosen.user.is_active or not held.may(NEEDS):
        return None
    return Dossier.objects.filter(pk=chosen.dossier_id).first()


def _queue(chosen: DigestPreference, dossier: Dossier) -> None:
    occurrence = chosen.next_at.astimezone(PARIS)
    mailer.queue(
        kind="digest",
        key=f"digest:{chosen.pk}:{chosen.next_at:%Y%m%dT%H%M}",
        to=chosen.user.email,
        subject=f"{dossier.name}\u00a0: votre point du {date_long(occurrence.date())}",
        text="\n".join(_lines(chosen, dossier)),
        dossier_id=dossier.pk,
        user_id=chosen.user_id,
    )


def _lines(chosen: DigestPreference, dossier: Dossier) -> Iterable[str]:
    stats = DossierStats.objects.filter(dossier_id=dossier.pk).first()
    yield f"Bonjour {chosen.user.get_full_name()},"
    yield ""
    if stats is None or not stats.entries:
        yield f"Le dossier {dossier.name} n’a pas encore d’écritures."
    else:
        yield from _figures(stats)
    if stats is not None and (stats.entries or stats.missing_receipts):
        yield f"Reçus manquants\u00a0: {plural(stats.missing_receipts, 'pièce')}"
    home = reverse("ledger:home", args=[dossier.slug])
    choice = reverse("digests:choice", args=[dossier.slug])
    yield ""
    yield f"Ouvrir le dossier\u00a0: {settings.BASE_URL}{home}"
    yield f"Changer la fréquence ou arrêter ces messages\u00a0: {settings.BASE_URL}{choice}"


def _figures(stats: DossierStats) -> Iterable[str]:
    last = f" au {date_fr(stats.last_entry_on)}" if stats.last_entry_on else ""
    yield f"Solde de trésorerie{last}\u00a0: {amount(stats.cash)}"
    yield f"À comptabiliser\u00a0: {plural(stats.to_book, 'pièce')}"
    yield f"Comptes d’attente (471)\u00a0: {amount(stats.suspense)}"
    yield f"À lettrer\u00a0: {plural(stats.unlettered, 'ligne')}"
