"""Documents of a dossier: keep one, put it into the bin, take it out again."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from clients.document_kinds import PROGRAMS, clean_name, judge
from clients.models import Document, Dossier
from firm import audit
from firm.errors import BusinessError, Conflict, TooLarge
from firm.formats import file_size
from firm.models import User
from firm.stored_files import Kept, keep_bytes


class DocumentEmpty(BusinessError):
    """Not one byte came."""

    code = "document_empty"
    title = "Fichier vide"


class DocumentTooLarge(TooLarge):
    """The file exceeds what the installation accepts."""

    code = "document_too_large"


class DocumentIsProgram(BusinessError):
    """The file is a program, whatever its name says."""

    code = "document_is_program"
    title = "Fichier refusé"


class DocumentInUse(Conflict):
    """Something of the dossier shows this document."""

    code = "document_in_use"
    title = "Document utilisé"


# Each says in a sentence what shows a document, or nothing.
Use = Callable[[Document], str]
_uses: list[Use] = []


def register_use(use: Use) -> None:
    """Have an upper app say what it shows of a document, so that it is not thrown away."""
    _uses.append(use)


def keep_document(
    dossier: Dossier,
    source: IO[bytes],
    *,
    name: str,
    by: User,
    origin: str = Document.Source.UPLOAD,
    state: str = Document.State.TO_FILE,
) -> Document:
    """Keep a file as a document of the dossier.  Its bytes are stored once, whatever its names.

    Archives are never unpacked: what is inside them costs nothing.

    Raises:
        DocumentEmpty: not one byte came.
        DocumentTooLarge: more than DOCUMENT_MAX_BYTES.
        DocumentIsProgram: it is a program.
    """
    shown = clean_name(name)

    def too_large() -> DocumentTooLarge:
        most = file_size(settings.DOCUMENT_MAX_BYTES)
        return DocumentTooLarge(
            f"« {shown} » dépasse {most}. Réduisez-le ou partagez-le en plusieurs fichiers."
        )

    def refuse(kept: Kept) -> None:
        if not kept.size:
            raise DocumentEmpty(f"« {shown} » est vide. Vérifiez le fichier, puis déposez-le.")
        if judge(kept.head) in PROGRAMS:
            raise DocumentIsProgram(
                f"« {shown} » est un programme. Déposez le document lui-même, en PDF par exemple."
            )

    kept = keep_bytes(
        f"documents/{dossier.id}", source, most=settings.DOCUMENT_MAX_BYTES, too_large=too_large,
        judge=refuse,
    )  # fmt: skip
    with transaction.atomic():
        made: Document = Document.objects.create(
            dossier=dossier, name=shown, sha256=kept.sha256, size=kept.size,
            content_type=judge(kept.head), state=state, source=origin, created_by=by.id,
        )  # fmt: skip
        audit.record(
            "clients.document_kept", by=by, dossier_id=dossier.id, document=made.id, name=shown,
            sha256=kept.sha256,
        )  # fmt: skip
    return made


def open_document(document: Document) -> IO[bytes]:
    """Its bytes, to be read.

    Raises:
        FileNotFoundError: the storage has lost them.
    """
    return default_storage.open(f"documents/{document.dossier_id}/{document.sha256}")


@transaction.atomic
def trash_document(document: Document, *, by: User) -> None:
    """Put a document into the bin, from which it can be taken for 30 days.

    Raises:
        DocumentInUse: something shows it; the sentence says what.
    """
    for use in _uses:
        said = use(document)
        if said:
            raise DocumentInUse(said)
    Document.objects.filter(pk=document.pk).exclude(state=Document.State.TRASHED).update(
        state=Document.State.TRASHED, trashed_at=timezone.now()
    )
    audit.record(
        "clients.document_trashed", by=by, dossier_id=document.dossier_id, document=document.pk,
        name=document.name,
    )  # fmt: skip


@transaction.atomic
def restore_document(document: Document, *, by: User) -> None:
    """Take a document out of the bin: it is to be filed."""
    Document.objects.filter(pk=document.pk, state=Document.State.TRASHED).update(
        state=Document.State.TO_FILE, trashed_at=None
    )
    audit.record(
        "clients.document_restored", by=by, dossier_id=document.dossier_id, document=document.pk,
        name=document.name,
    )  # fmt: skip
