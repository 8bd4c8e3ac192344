"""« Notifier les comptables »: a chief reminds those who work on a dossier, and no one else."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from clients.models import Dossier
from clients.queries.accountants import assigned_accountants
from firm import audit, mailer
from firm.actions.notifications import notify
from firm.errors import BusinessError
from firm.models import User

TASKS = {
    "book": "Comptabiliser les pièces en attente",
    "letter": "Lettrer les comptes de tiers",
    "suspense": "Solder les comptes d’attente",
    "bank": "Rapprocher la banque",
    "import": "Importer ou corriger le FEC",
    "chase": "Relancer le client",
    "vat": "Préparer la déclaration de TVA",
    "close": "Préparer la clôture",
}


class NobodyAssigned(BusinessError):
    """The dossier has no accountant to remind."""

    code = "nobody_assigned"
    title = "Aucun comptable affecté"


class NothingToSay(BusinessError):
    """Neither a task nor a word."""

    code = "nothing_to_say"
    title = "Rappel vide"


@transaction.atomic
def notify_accountants(
    dossier: Dossier, *, tasks: Sequence[str], comment: str, key: str, by: User
) -> int:
    """Mail every accountant assigned to the dossier, and put a line into his bell; how many.

    The same `key` (one per form shown) sends once, however often it is posted.

    Raises:
        NothingToSay: no known task and no comment.
        NobodyAssigned: nobody is assigned.
    """
    chosen = [TASKS[task] for task in TASKS if task in tasks]
    comment = comment.strip()
    if not chosen and not comment:
        raise NothingToSay("Cochez au moins une tâche ou écrivez un mot.")
    people = assigned_accountants(dossier)
    if not people:
        raise NobodyAssigned("Aucun comptable n’est affecté à ce dossier : affectez-en un d’abord.")
    url = reverse("ledger:home", args=[dossier.slug])
    said = [f"{by.get_full_name()} vous rappelle, pour le dossier {dossier.name}\u00a0:"]
    said += [f"– {task}" for task in chosen] + (["", comment] if comment else [])
    for person in people:
        mailer.queue(
            kind="reminder_to_accountant",
            key=f"accountants:{dossier.pk}:{key}:{person.pk}",
            to=person.email,
            subject=f"{dossier.name}\u00a0: rappel de {by.get_full_name()}",
            text=_text(person, said, url=settings.BASE_URL + url),
            firm_id=dossier.firm_id,
            dossier_id=dossier.pk,
            user_id=person.pk,
        )
    notify(
        [person.pk for person in people],
        kind="reminder",
        text=f"{dossier.name}\u00a0: {' · '.join(chosen) or comment}",
        url=url,
        dossier_id=dossier.pk,
    )
    audit.record(
        "clients.accountants_notified", by=by, dossier_id=dossier.pk, tasks=list(tasks),
        to=[person.pk for person in people],
    )  # fmt: skip
    return len(people)


def _text(person: User, said: Sequence[str], *, url: str) -> str:
    hello = f"Bonjour {person.get_full_name()},"
    return "\n".join([hello, "", *said, "", f"Ouvrir le dossier\u00a0: {url}"])
