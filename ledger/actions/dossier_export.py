"""« Exporter le dossier »: ask for the portable archive, and write down that it was made."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from clients.models import Dossier
from firm import audit, jobs, mailer
from firm.models import Job, User

KIND = "ledger.dossier_export"
LABEL = "Export du dossier entier"


def start_dossier_export(
    dossier: Dossier, *, by: User, key: str = "", also_to: tuple[int, ...] = ()
) -> Job:
    """Have the archive made by a job; its link is mailed to whoever asks and to `also_to` (ids)."""
    return jobs.start(
        KIND, by=by, dossier_id=dossier.id, firm_id=dossier.firm_id, key=key,
        params={"also_to": list(also_to)}, label=LABEL,
    )  # fmt: skip


def finish_dossier_export(
    dossier: Dossier, job: Job, *, made: dict[str, Any], also_to: list[int], by: User
) -> None:
    """Write down what was made, and mail its link: opening it still asks for the right."""
    link = f"{settings.BASE_URL}{reverse('ledger:dossier_export', args=[dossier.slug])}"
    people = User.objects.filter(pk__in={by.id, *also_to}, is_active=True)
    for person in people.order_by("pk"):
        mailer.queue(
            kind="dossier_export", key=f"dossier-export:{job.id}:{person.pk}", to=person.email,
            subject=f"L’archive de {dossier.name} est prête",
            text=(
                f"L’archive complète du dossier « {dossier.name} » est prête : FEC, balance, grand"
                " livre, écritures, factures, banque et documents.\n\n"
                f"Téléchargez-la ici, après vous être connecté : {link}\n\n"
                f"Empreinte SHA-256 de l’archive : {made['sha256']}\n"
            ),
            firm_id=dossier.firm_id, dossier_id=dossier.id, user_id=person.pk,
        )  # fmt: skip
    audit.record(
        "ledger.dossier_exported", by=by, dossier_id=dossier.id, sha256=made["sha256"],
        manifest_sha256=made["manifest_sha256"], size=made["size"],
    )  # fmt: skip
