"""The end of a dossier: asked for, taken back, carried out thirty days later.

From the asking on it is read and no longer written, so that the archive made then holds all of it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from clients.models import (
    AccessRequest,
    Disconnection,
    Dossier,
    DossierDeletion,
    DossierGrant,
    DossierUserObjectPermission,
    FirmInvitation,
    OwnershipTransfer,
)
from firm import audit, jobs, mailer
from firm.errors import BusinessError, Conflict
from firm.formats import date_fr
from firm.models import Job, Membership, User
from ledger import archive_store
from ledger.actions.dossier_export import start_dossier_export
from ledger.portable import STORED
from ledger.portable.tables import FRESH_STATISTICS, business_models, in_order

KIND = "ledger.dossier_deletion"
BYTES = "ledger.dossier_bytes"
BUSY = "Un travail est en cours sur ce dossier : attendez qu’il soit terminé."
WINDOW = dt.timedelta(days=30)
# Access tables that name the dossier; the trail, the mails that left and the receipt stay.
ACCESS = (
    (DossierUserObjectPermission, "content_object_id"), (DossierGrant, "dossier_id"),
    (AccessRequest, "dossier_id"), (OwnershipTransfer, "dossier_id"),
    (FirmInvitation, "dossier_id"), (Disconnection, "dossier_id"),
)  # fmt: skip
FOLDERS = (*STORED, archive_store.MADE, archive_store.RECEIVED, "exports", "sealed")


class DossierIsBusy(Conflict):
    """A job of the dossier waits or runs."""

    code = "deletion_while_busy"
    title = "Un travail est en cours"


class DeletionRefused(BusinessError):
    """This dossier cannot be deleted from here."""

    code = "deletion_refused"
    title = "Suppression impossible"


class DeletionAsked(Conflict):
    """The deletion was asked for already."""

    code = "deletion_asked"
    title = "Suppression déjà demandée"


class DeletionOver(Conflict):
    """There is nothing left to take back."""

    code = "deletion_over"
    title = "Suppression déjà faite ou annulée"


def refusal_to_delete(dossier: Dossier) -> BusinessError | None:
    """Why the deletion cannot be asked for now; None when it can."""
    if dossier.status == Dossier.Status.DELETION_PENDING:
        return DeletionAsked("La suppression de ce dossier est déjà demandée.")
    if dossier.is_firm_own:
        return DeletionRefused("Le dossier du cabinet lui-même ne se supprime pas.")
    if dossier.firm_id is None:
        return DeletionRefused(
            "Ce dossier n’est suivi par aucun cabinet. Un cabinet doit d’abord le suivre."
        )
    if Job.objects.filter(dossier_id=dossier.id, state__in=Job.ACTIVE).exists():
        return DossierIsBusy(BUSY)
    return None


@transaction.atomic
def ask_deletion(dossier: Dossier, *, by: User) -> DossierDeletion:
    """« Initier la suppression »: read-only from now on, an archive is made, deleted in 30 days.

    Raises:
        DeletionAsked, DeletionRefused, DossierIsBusy: why not.
    """
    _take_lock(dossier)
    locked = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    if why := refusal_to_delete(locked):
        raise why
    assert locked.firm_id is not None
    due = timezone.now() + WINDOW
    made = start_dossier_export(locked, by=by, also_to=tuple({locked.owner_id or 0} - {0, by.id}))
    job = jobs.start(
        KIND, by=None, dossier_id=locked.id, firm_id=locked.firm_id, is_destructive=True,
        label="Suppression du dossier",
    )  # fmt: skip
    Job.objects.filter(pk=job.pk).update(next_try_at=due)
    deletion = DossierDeletion.objects.create(
        firm_id=locked.firm_id, dossier_id=locked.id, name=locked.name, slug=locked.slug,
        siren=locked.siren, is_confidential=locked.is_confidential, requested_by=by.id, due_at=due,
        job_id=job.id, archive_job_id=made.id,
    )  # fmt: skip
    Dossier.objects.filter(pk=locked.pk).update(
        status=Dossier.Status.DELETION_PENDING, deletion_due_at=due
    )
    link = f"{settings.BASE_URL}{reverse('ledger:dossier_export', args=[locked.slug])}"
    _tell(
        locked, deletion, "asked", f"{locked.name} sera supprimé le {date_fr(due.date())}",
        f"{by} a demandé la suppression du dossier « {locked.name} ».\n\n"
        f"Jusqu’au {date_fr(due.date())}, il reste consultable et son archive complète peut être "
        "téléchargée. Ensuite, tout ce qu’il contient est effacé. La conservation légale des "
        "livres et des pièces (dix ans, art. L123-22 du code de commerce) incombe à l’entreprise :"
        f" gardez l’archive.\n\nTélécharger l’archive ou annuler la suppression : {link}\n",
    )  # fmt: skip
    audit.record(
        "ledger.deletion_asked", by=by, dossier_id=locked.id, name=locked.name,
        due_at=due.isoformat(),
    )  # fmt: skip
    dossier.refresh_from_db()
    return deletion


@transaction.atomic
def cancel_deletion(dossier: Dossier, *, by: User) -> None:
    """Take the asking back: the dossier is written again at once.

    Raises:
        DeletionOver: it was taken back already, or is being carried out.
    """
    deletion = (
        DossierDeletion.objects.select_for_update()
        .filter(dossier_id=dossier.id, cancelled_at=None, deleted_at=None)
        .first()
    )
    waiting = Job.objects.filter(
        pk=(deletion.job_id if deletion else 0) or 0, state=Job.State.CONFIRMED
    )
    if deletion is None or not waiting.update(state=Job.State.CANCELLED, finished_at=Now()):
        raise DeletionOver("La suppression de ce dossier a déjà été annulée, ou est en cours.")
    deletion.cancelled_at, deletion.cancelled_by = timezone.now(), by.id
    deletion.save(update_fields=["cancelled_at", "cancelled_by"])
    Dossier.objects.filter(pk=dossier.pk).update(status=Dossier.Status.ACTIVE, deletion_due_at=None)
    _tell(
        dossier, deletion, "cancelled", f"{dossier.name} n’est plus à supprimer",
        f"{by} a annulé la suppression du dossier « {dossier.name} » : rien n’a été effacé.\n",
    )  # fmt: skip
    audit.record("ledger.deletion_cancelled", by=by, dossier_id=dossier.id)
    dossier.refresh_from_db()


def delete_dossier(dossier: Dossier) -> dict[str, int]:
    """Delete every row of the dossier, in the caller's transaction; answers how many, by table.

    Its number stays, without name, firm or owner; the receipt, the trail and the mails that left
    stay.  The database lets frozen entries go only once the day has come.

    Raises:
        DeletionOver: nobody asks for it any more, or its day has not come.
    """
    locked = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    deletion = DossierDeletion.objects.select_for_update().filter(
        dossier_id=dossier.id, cancelled_at=None, deleted_at=None, due_at__lte=timezone.now()
    ).first()  # fmt: skip
    if deletion is None or locked.status != Dossier.Status.DELETION_PENDING:
        raise DeletionOver("La suppression de ce dossier n’est plus demandée.")
    firm_id, told = deletion.firm_id, _people_to_tell(locked, deletion)
    Dossier.objects.filter(pk=locked.pk).update(lock_mode=Dossier.LockMode.NONE, lock_date=None)
    counts = _delete_rows(locked.id)
    Dossier.objects.filter(pk=locked.pk).update(
        firm=None, owner=None, former_firm_id=firm_id, name="Dossier supprimé",
        slug=f"supprime-{locked.id}", siren="", siret="", legal_form="", is_confidential=False,
        takeover_date=None, status=Dossier.Status.DELETED, deletion_due_at=None,
    )  # fmt: skip
    DossierDeletion.objects.filter(pk=deletion.pk).update(deleted_at=Now(), removed=counts)
    audit.record(
        "ledger.dossier_deleted", by=None, firm_id=firm_id, dossier_id=locked.id,
        name=deletion.name, manifest_sha256=deletion.manifest_sha256, removed=counts,
    )  # fmt: skip
    _mail(
        told, deletion, "deleted", f"{deletion.name} est supprimé",
        f"Le dossier « {deletion.name} » et tout ce qu’il contenait sont effacés.\n\n"
        f"Empreinte du manifeste de son archive : {deletion.manifest_sha256 or 'aucune archive'}\n",
        firm_id,
    )  # fmt: skip
    jobs.start(BYTES, by=None, dossier_id=None, firm_id=firm_id, key=str(locked.id))
    return counts


def remove_bytes(dossier_id: int) -> int:
    """Delete what the storage holds of a dossier whose rows are gone; answers how many files."""
    count = 0
    for folder in FOLDERS:
        count += _remove_folder(f"{folder}/{dossier_id}")
    DossierDeletion.objects.filter(dossier_id=dossier_id, bytes_gone_at=None).exclude(
        deleted_at=None
    ).update(bytes_gone_at=Now())
    return count


def _delete_rows(dossier_id: int) -> dict[str, int]:
    """Children before their parents, one statement a table."""
    counts = {}
    plain = [(model, "dossier_id") for model in reversed(in_order(list(business_models())))]
    with connection.cursor() as cursor:
        cursor.execute(FRESH_STATISTICS)
        for model, column in (*plain, *ACCESS):
            table = model._meta.db_table
            cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", (dossier_id,))  # noqa: S608
            if cursor.rowcount:
                counts[table] = cursor.rowcount
    return counts


def _remove_folder(folder: str) -> int:
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return 0
    for name in names:
        default_storage.delete(f"{folder}/{name}")
    count = len(names) + sum(_remove_folder(f"{folder}/{each}") for each in folders)
    default_storage.delete(folder)
    return count


def _take_lock(dossier: Dossier) -> None:
    """The lock that destructive jobs hold while they work, without waiting for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('dossier', %s))", (dossier.id,)
        )
        if not cursor.fetchone()[0]:
            raise DossierIsBusy(BUSY)


def _people_to_tell(dossier: Dossier, deletion: DossierDeletion) -> list[User]:
    """The dossier's owner and administrators, the firm's, and whoever asked."""
    ids = {dossier.owner_id or 0, deletion.requested_by or 0}
    ids |= set(
        DossierGrant.objects.filter(
            dossier=dossier, role=DossierGrant.Role.CLIENT_ADMIN
        ).values_list("user_id", flat=True)
    )
    if not dossier.is_confidential:
        ids |= set(
            Membership.objects.filter(
                firm_id=deletion.firm_id, role__in=(Membership.Role.OWNER, Membership.Role.ADMIN)
            ).values_list("user_id", flat=True)
        )
    return list(User.objects.filter(pk__in=ids, is_active=True).order_by("pk"))


def _tell(dossier: Dossier, deletion: DossierDeletion, what: str, subject: str, text: str) -> None:
    people = _people_to_tell(dossier, deletion)
    _mail(people, deletion, what, subject, text, dossier.firm_id)


def _mail(  # noqa: PLR0917 (that is what a message is made of)
    people: list[User], deletion: DossierDeletion, what: str, subject: str, text: str, firm_id: Any
) -> None:
    for person in people:
        mailer.queue(
            kind="dossier_deletion", key=f"deletion:{deletion.pk}:{what}:{person.pk}",
            to=person.email, subject=subject, text=text, firm_id=firm_id,
            dossier_id=deletion.dossier_id, user_id=person.pk,
        )  # fmt: skip
