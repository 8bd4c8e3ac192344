"""The contacts of a dossier, changed as a whole list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from django.db import transaction

from clients.models import Contact, Dossier
from firm import audit
from firm.models import User


class ContactDraft(TypedDict, total=False):
    """One line of the list; without `id` it is a new contact."""

    id: int | None
    name: str
    role: str
    email: str
    phone: str


FIELDS = ("name", "role", "email", "phone")


@transaction.atomic
def replace_contacts(dossier: Dossier, *, contacts: Sequence[ContactDraft], by: User) -> None:
    """Make the dossier's contacts those of the list: a line without a name goes.

    An `id` of another dossier is nobody's: the line is added.  Nothing is written when nothing has
    changed.
    """
    kept = {row.id: row for row in Contact.objects.select_for_update()}
    wanted = [line for line in contacts if line.get("name", "").strip()]
    seen: set[int] = set()
    changed = False
    for line in wanted:
        values = {name: str(line.get(name) or "").strip() for name in FIELDS}
        row = kept.get(line.get("id") or 0)
        if row is None:
            Contact.objects.create(dossier=dossier, **values)
            changed = True
            continue
        seen.add(row.id)
        if any(getattr(row, name) != value for name, value in values.items()):
            Contact.objects.filter(pk=row.pk).update(**values)
            changed = True
    gone = set(kept) - seen
    if gone:
        Contact.objects.filter(pk__in=gone).delete()
    if gone or changed:
        audit.record(
            "clients.contacts_changed", by=by, dossier_id=dossier.id, firm_id=dossier.firm_id,
            contacts=len(wanted),
        )  # fmt: skip
