"""Documents that a person may see: all of the dossier, or his own alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from clients.access import Rights
from clients.models import Document, Dossier
from firm.models import User


@dataclass(frozen=True, slots=True)
class DocumentFilters:
    """What narrows the list; both days included."""

    state: str = ""
    source: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    text: str = ""


def visible(dossier: Dossier, person: User, rights: Rights) -> QuerySet[Document]:
    """Every document to whoever may read them all, to others those that they dropped."""
    found = Document.objects.filter(dossier=dossier)
    if not rights.may("documents.read"):
        found = found.filter(created_by=person.id)
    return found


def document_page(
    found: QuerySet[Document], filters: DocumentFilters, cursor: str = "", limit: int = 50
) -> tuple[list[Document], str]:
    """A page of them, latest first, and the cursor of the next, in one query."""
    asked: dict[str, Any] = {"state": filters.state, "source": filters.source}
    asked |= {"created_at__date__gte": filters.since, "created_at__date__lte": filters.until}
    found = found.filter(**{name: value for name, value in asked.items() if value})
    if not filters.state:
        found = found.exclude(state=Document.State.TRASHED)
    if filters.text:
        found = found.filter(Q(name__icontains=filters.text))
    if cursor.isdigit():
        found = found.filter(id__lt=int(cursor))
    rows = list(found.order_by("-id")[: limit + 1])
    return rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else ""
