"""What an archive holds beside the rows: files that people read, and who had access."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clients.models import Contact, Dossier, DossierGrant, PlanSubscription
from firm.models import AuditEvent, OutgoingEmail, User
from ledger.actions.fec_export import NothingToExport, write_fec
from ledger.models import FiscalYear
from ledger.portable.writing import Archive, read_blocks
from ledger.tables.files import write
from ledger.tables.named import build

BOOKS = ("balance", "grand-livre")
FORMS = ("csv", "xlsx")
SETTINGS = (
    "siren", "siret", "legal_form", "tax_regime", "vat_regime", "year_end", "takeover_date",
    "lock_date", "lock_mode", "is_confidential",
)  # fmt: skip


def add_books(archive: Archive, dossier: Dossier, *, by: User) -> Iterator[str]:
    """Write each year's FEC, balance and grand livre; answers what it is about to write.

    The trail learns of the archive as a whole, once, when its job is done: this may be written
    again by another runner.
    """
    for year in FiscalYear.objects.order_by("end"):
        folder = f"exercices/{year.end:%Y-%m-%d}"
        yield f"FEC de l’exercice clos le {year.end:%d/%m/%Y}"
        with tempfile.TemporaryDirectory() as place:
            try:
                made = write_fec(dossier, year=year, folder=Path(place))
            except NothingToExport:
                continue
            for path in (made.fec, made.description, made.report):
                _add_file(archive, f"{folder}/{path.name}", path)
            for name in BOOKS:
                table = build(name, dossier, {"exercice": year.end.isoformat()})
                yield table.title
                for form in FORMS:
                    table = build(name, dossier, {"exercice": year.end.isoformat()})
                    path = Path(place) / f"{name}.{form}"
                    write(table, path, form, by=by)
                    _add_file(archive, f"{folder}/{path.name}", path)


def _add_file(archive: Archive, name: str, path: Path) -> None:
    with path.open("rb") as source:
        archive.add(name, read_blocks(source), packed=path.suffix != ".xlsx")


def add_people(archive: Archive, dossier: Dossier) -> None:
    """Write the settings, who had access and as what, the index of mails, the trail: to be read."""
    archive.add_json("dossier.json", settings_of(dossier))
    grants = DossierGrant.objects.filter(dossier=dossier).select_related("user", "custom_role")
    people = [
        {"email": row.user.email, "name": row.user.get_full_name(), "role": row.role_label,
         "until": row.expires_at}
        for row in grants.order_by("user__email")
    ]  # fmt: skip
    if dossier.owner:
        owner = {"email": dossier.owner.email, "name": dossier.owner.get_full_name()}
        people.insert(0, {**owner, "role": "Propriétaire du dossier", "until": None})
    archive.add_json("personnes.json", people)
    contacts = Contact.objects.values("name", "role", "email", "phone")
    archive.add_json("contacts.json", list(contacts))
    plans = PlanSubscription.objects.order_by("id").values()
    archive.add_json("formules.json", [_plain(row) for row in plans])
    mails = OutgoingEmail.objects.filter(dossier_id=dossier.id).order_by("created_at", "id")
    archive.add("mails.jsonl", _lines(
        mails.values("created_at", "sent_at", "kind", "recipient", "subject", "state")
    ))  # fmt: skip
    trail = AuditEvent.objects.filter(dossier_id=dossier.id).order_by("at", "id")
    archive.add("journal.jsonl", _lines(trail.values("at", "action", "user_id", "details")))


def settings_of(dossier: Dossier) -> dict[str, Any]:
    """The dossier's own data, as an archive carries them."""
    held = {name: getattr(dossier, name) for name in SETTINGS}
    return {"name": dossier.name, "slug": dossier.slug, **_plain(held)}


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, bool | int | str | None) else str(value)
        for name, value in row.items()
    }


def _lines(rows: Any) -> Iterator[bytes]:
    for row in rows.iterator(chunk_size=2000):
        yield (json.dumps(row, ensure_ascii=False, default=str) + "\n").encode()
