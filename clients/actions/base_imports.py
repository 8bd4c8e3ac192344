"""Importing a firm's client base: read, preview row by row, confirm, write in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import IO, Any

from django.db import transaction
from django.utils import timezone

from clients.actions.dossiers import clean_siren, create_dossier, update_dossier
from clients.actions.grants import grant_access
from clients.base_files import Row, read_base
from clients.models import BaseImport, Dossier, DossierGrant
from clients.queries.base import accountants_by_email, dossiers_by_id, grants_in, sirens_of
from firm import audit, jobs, scope
from firm.errors import BusinessError, Conflict
from firm.models import Firm, Job, User

KIND = "clients.base_import"
CHANGED = (
    "name", "siren", "siret", "legal_form", "tax_regime", "vat_regime", "year_end", "takeover_date",
)  # fmt: skip
State = BaseImport.State
Progress = Callable[[int, int], None]


class BaseAlreadyDecided(Conflict):
    """The import has been confirmed or dropped already."""

    code = "base_import_decided"
    title = "Import déjà traité"


def receive_base(firm: Firm, source: IO[bytes], *, name: str, by: User) -> BaseImport:
    """Read a spreadsheet and say what each of its rows would do; nothing is written but that.

    Raises:
        UnreadableBase: it is no such spreadsheet.
    """
    rows, ignored = read_base(source, today=timezone.localdate())
    plan = _Plan(firm)
    with transaction.atomic():
        made = BaseImport.objects.create(
            firm=firm, file_name=name[-150:] or "clients", ignored=ignored, created_by=by,
            rows=[plan.of(row) | row.as_dict() for row in rows],
        )  # fmt: skip
        audit.record("clients.base_received", by=by, firm_id=firm.pk, rows=len(rows), name=name)
    return made


class _Plan:
    """What rows would do, against the dossiers that the person sees."""

    def __init__(self, firm: Firm) -> None:
        self.known = dossiers_by_id(firm)
        self.sirens = sirens_of(firm)
        self.accountants = accountants_by_email(firm)
        self.granted = grants_in(self.known.values())
        self.met: dict[str, int] = {}

    def of(self, row: Row) -> dict[str, Any]:
        """`action`, `message` and, for an update, `changes` (field → old, new)."""
        message = " ".join(row.faults) or self._refusal(row)
        if message:
            return {"action": "refused", "message": message}
        if not row.values.get("id"):
            return {"action": "create", "message": ""}
        dossier = self.known[row.values["id"]]
        changes = {
            name: [_said(getattr(dossier, name)), row.values[name]]
            for name in CHANGED
            if row.values.get(name) and row.values[name] != _said(getattr(dossier, name))
        }
        accountant = self.accountants.get(row.values.get("accountant", "").lower())
        is_new = accountant and (dossier.pk, accountant.pk) not in self.granted
        action = "update" if changes or is_new else "unchanged"
        return {"action": action, "message": "", "changes": changes}

    def _refusal(self, row: Row) -> str:
        values = row.values
        own = values.get("id", "")
        if own and own not in self.known:
            return f"L’identifiant {own} n’est celui d’aucun de vos dossiers."
        if not own and not values.get("name"):
            return "Le nom manque."
        mail = values.get("accountant", "")
        if mail and mail.lower() not in self.accountants:
            return f"{mail} n’est pas un collaborateur du cabinet."
        return self._siren_refusal(row, own)

    def _siren_refusal(self, row: Row, own: str) -> str:
        values = row.values
        typed = values.get("siren") or values.get("siret") or ""
        if not typed:
            return ""
        try:
            digits = "".join(typed.split())
            values["siren"] = clean_siren(typed)
        except BusinessError as error:
            return error.message
        if len(digits) == 14:
            values["siret"] = digits  # a SIRET gives its first nine digits (decision C5)
        holder = self.sirens.get(values["siren"])
        if holder and str(holder.pk) != own:
            return (
                f"Ce SIREN est déjà suivi par {holder.name}\u00a0: indiquez son identifiant "
                f"({holder.pk}) pour le mettre à jour."
            )
        earlier = self.met.setdefault(values["siren"], row.line)
        return f"Ce SIREN est déjà à la ligne {earlier}." if earlier != row.line else ""


def _said(value: Any) -> str:
    """A field as the spreadsheet says it."""
    return value.isoformat() if isinstance(value, dt.date) else str(value or "")


def confirm_base(base: BaseImport, *, by: User) -> Job:
    """Start writing what the preview says.

    Raises:
        BaseAlreadyDecided: it has been confirmed or dropped.
    """
    with transaction.atomic():
        waiting = BaseImport.objects.filter(pk=base.pk, state=State.PREVIEWED)
        if not waiting.update(state=State.CONFIRMED):
            raise BaseAlreadyDecided("Cet import a déjà été confirmé ou abandonné.")
        audit.record("clients.base_confirmed", by=by, firm_id=base.firm_id, base_import=base.pk)
        return jobs.start(
            KIND, by=by, dossier_id=None, firm_id=base.firm_id, key=str(base.pk),
            total=len(base.rows),
        )  # fmt: skip


def drop_base(base: BaseImport, *, by: User) -> None:
    """Put the spreadsheet aside.

    Raises:
        BaseAlreadyDecided: it has been confirmed or dropped.
    """
    with transaction.atomic():
        waiting = BaseImport.objects.filter(pk=base.pk, state=State.PREVIEWED)
        if not waiting.update(state=State.DROPPED, finished_at=timezone.now()):
            raise BaseAlreadyDecided("Cet import a déjà été confirmé ou abandonné.")
        audit.record("clients.base_dropped", by=by, firm_id=base.firm_id, base_import=base.pk)


def write_base(base: BaseImport, *, by: User, progress: Progress) -> None:
    """Write every row that may be; one that is refused by now says why and stops no other."""
    accountants = accountants_by_email(base.firm)
    known = dossiers_by_id(base.firm)
    for at, row in enumerate(base.rows):
        if at % 20 == 0:
            progress(at, len(base.rows))
        if row["action"] not in ("create", "update"):
            continue
        try:
            with transaction.atomic():
                dossier = _write(base.firm, row, known, by)
                _assign(dossier, accountants.get(row["values"].get("accountant", "").lower()), by)
                row["slug"] = dossier.slug
        except BusinessError as error:
            row["action"], row["message"] = "refused", error.message
    BaseImport.objects.filter(pk=base.pk).update(
        rows=base.rows, state=State.DONE, finished_at=timezone.now()
    )
    audit.record(
        "clients.base_imported", by=by, firm_id=base.firm_id, base_import=base.pk,
        created=base.count("create"), updated=base.count("update"), refused=base.count("refused"),
    )  # fmt: skip


def _write(firm: Firm, row: dict[str, Any], known: dict[str, Dossier], by: User) -> Dossier:
    said: dict[str, str] = row["values"]
    values: dict[str, Any] = {name: said[name] for name in CHANGED if said.get(name)}
    if values.get("takeover_date"):
        values["takeover_date"] = dt.date.fromisoformat(values["takeover_date"])
    if row["action"] == "create":
        name, siren = values.pop("name"), values.pop("siren", "")
        dossier = create_dossier(firm, name=name, siren=siren, by=by)
    else:
        dossier = known[said["id"]]
    only = frozenset({dossier.pk})
    with scope.extended(read=only, write=only):
        return update_dossier(dossier, by=by, **values) if values else dossier


def _assign(dossier: Dossier, accountant: User | None, by: User) -> None:
    only = frozenset({dossier.pk})
    with scope.extended(read=only, write=only):
        if (
            accountant
            and not DossierGrant.objects.filter(dossier=dossier, user=accountant).exists()
        ):
            grant_access(dossier, to=accountant, role=DossierGrant.Role.ASSIGNED, by=by)
