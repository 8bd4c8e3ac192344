"""What leaves and comes back of a VAT return: the partner’s file and the acknowledgement."""

from __future__ import annotations

from firm import audit
from firm.errors import BusinessError
from firm.models import User
from ledger.actions.vat_returns import VatStepRefused
from ledger.actions.vat_steps import answer
from ledger.models import VatReturn
from ledger.vat import handover
from ledger.vat.handover import Header, UnreadableAnswer, reference_of

State = VatReturn.State
SENT = (State.PREPARED, State.HANDED_OVER, State.ACCEPTED)


class AnswerUnreadable(BusinessError):
    """The file is no acknowledgement, or that of another return."""

    code = "vat_answer_unreadable"
    title = "Accusé illisible"


def reference_for(row: VatReturn) -> str:
    """The reference under which the return leaves."""
    dossier = row.dossier
    return reference_of(dossier.siren, dossier.slug, row.start, row.end)


def partner_file(row: VatReturn, *, by: User) -> tuple[str, bytes]:
    """Name and content of the file for the EDI partner, from the boxes that the return keeps.

    Raises:
        VatStepRefused: it is not prepared, or the dossier has no SIREN.
    """
    dossier = row.dossier
    if row.state not in SENT:
        raise VatStepRefused("Préparez d’abord la déclaration\u00a0: un brouillon ne part pas.")
    if not dossier.siren:
        raise VatStepRefused(
            "Le SIREN du dossier manque\u00a0: renseignez-le dans Infos client avant de produire "
            "le fichier."
        )
    header = Header(
        reference=reference_for(row), name=dossier.name, siren=dossier.siren, siret=dossier.siret,
        firm=dossier.firm.name if dossier.firm else "", start=row.start, end=row.end,
    )  # fmt: skip
    content = handover.write(header, row.base, row.tax)
    audit.record(
        "ledger.vat_file_made", by=by, dossier_id=dossier.pk, vat_return=row.pk,
        reference=header.reference,
    )  # fmt: skip
    return f"{header.reference}-3310CA3.xml", content


def read_acknowledgement(row: VatReturn, content: bytes, *, by: User) -> VatReturn:
    """Accept or reject a return that was handed over, as the partner’s acknowledgement says.

    Raises:
        AnswerUnreadable: no acknowledgement, or that of another return.
        VatStepRefused: the return was not handed over.
    """
    try:
        said = handover.read_answer(content)
    except UnreadableAnswer as error:
        raise AnswerUnreadable(str(error)) from error
    wanted = reference_for(row)
    if said.reference != wanted:
        raise AnswerUnreadable(
            f"Cet accusé répond à «\u00a0{said.reference[:60]}\u00a0», pas à cette déclaration "
            f"(«\u00a0{wanted}\u00a0»)."
        )
    reason = said.reason or ("" if said.accepted else "Rejet sans motif indiqué par l’accusé")
    return answer(row, accepted=said.accepted, reference=said.deposit, reason=reason, by=by)
