"""Templates of entries: made from scratch or from an entry, changed, removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, Conflict
from firm.models import User
from ledger.entry_formulas import HOWS, SIDES
from ledger.models import EntryTemplate, RecurringEntry
from ledger.queries.entry_parts import Parts, parts_of


class TemplateInvalid(BusinessError):
    """A name, a journal or a line is missing or unknown."""

    code = "entry_template_invalid"
    title = "Modèle à compléter"


class TemplateInUse(Conflict):
    """A recurring entry is written from it."""

    code = "entry_template_in_use"
    title = "Modèle utilisé"


def save_template(
    dossier: Dossier,
    template: EntryTemplate | None,
    *,
    name: str,
    journal: str,
    label: str,
    piece_ref: str,
    lines: Sequence[Mapping[str, Any]],
    by: User,
) -> EntryTemplate:
    """Make a template, or change one.  Lines as `EntryTemplate` says; values in cents or 1/100 %.

    Raises:
        TemplateInvalid: nothing can be written from it; says why.
    """
    row = template or EntryTemplate(dossier=dossier, created_by=by.id)
    row.name, row.journal, row.label, row.piece_ref = name, journal, label, piece_ref
    row.lines = [dict(line) for line in lines]
    _check(dossier, row)
    try:
        with transaction.atomic():
            row.save(force_insert=template is None)
            audit.record(
                "ledger.entry_template_saved", by=by, dossier_id=dossier.id, template=row.id,
                name=row.name,
            )  # fmt: skip
    except IntegrityError as error:
        raise TemplateInvalid(f"Le nom « {name} » est déjà celui d’un modèle.") from error
    return row


def _check(dossier: Dossier, row: EntryTemplate) -> None:
    if not row.name:
        raise TemplateInvalid("Donnez un nom au modèle.")
    if not row.label:
        raise TemplateInvalid("Indiquez le libellé des écritures.")
    if len(row.lines) < 2:
        raise TemplateInvalid("Un modèle a au moins deux lignes.")
    parts = parts_of(
        dossier, journals={row.journal}, accounts={line["account"] for line in row.lines},
        thirds={line["third"] for line in row.lines},
    )  # fmt: skip
    if row.journal not in parts.journals:
        raise TemplateInvalid("Choisissez le journal.")
    for rank, line in enumerate(row.lines, 1):
        if said := _fault_of(line, parts):
            raise TemplateInvalid(f"Ligne {rank} : {said}")
    if sum(line["how"] == "rest" for line in row.lines) > 1:
        raise TemplateInvalid("Une seule ligne peut porter le solde de l’écriture.")


def _fault_of(line: Mapping[str, Any], parts: Parts) -> str:
    if line["account"] not in parts.accounts:
        return f"le compte « {line['account']} » n’existe pas."
    if line["third"] and parts.third(line["third"], line["account"]) is None:
        return f"le tiers « {line['third']} » n’est pas connu."
    if line["side"] not in SIDES or line["how"] not in HOWS:
        return "choisissez le sens et le calcul du montant."
    if line["how"] in {"fixed", "share"} and line["value"] <= 0:
        return "indiquez un montant ou une part positive."
    return ""


@transaction.atomic
def delete_template(template: EntryTemplate, *, by: User) -> None:
    """Remove a template; entries written from it stay.

    Raises:
        TemplateInUse: a recurring entry was made from it.
    """
    if RecurringEntry.objects.filter(template=template.pk).exists():
        raise TemplateInUse(
            "Un abonnement est écrit avec ce modèle : arrêtez-le plutôt que de supprimer le modèle."
        )
    EntryTemplate.objects.filter(pk=template.pk).delete()
    audit.record(
        "ledger.entry_template_deleted", by=by, dossier_id=template.dossier_id,
        template=template.pk, name=template.name,
    )  # fmt: skip
