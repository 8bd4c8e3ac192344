"""Mails that tell the client’s people how their VAT return goes.

They leave through the outbox under the kind `vat_return`; the dossier may switch them off.
"""

from __future__ import annotations

from django.db.models import Q

from clients.models import Dossier, DossierGrant
from firm import mailer
from firm.formats import integer
from firm.models import Membership, User
from ledger.models import VatReturn
from ledger.queries.vat import of_period, settings_of

KIND = "vat_return"
State = VatReturn.State
TOLD = (DossierGrant.Role.CLIENT_ADMIN, DossierGrant.Role.CLIENT_ACCOUNTANT)


def client_people(dossier: Dossier) -> list[User]:
    """Administrators and accountants of the client, and the owner if he is not of the firm."""
    grants = DossierGrant.objects.lasting().filter(dossier=dossier, role__in=TOLD)
    inside = Membership.objects.filter(firm_id=dossier.firm_id or 0).values("user_id")
    wanted = Q(pk__in=grants.values("user_id"))
    if dossier.owner_id:
        wanted |= Q(pk=dossier.owner_id) & ~Q(pk__in=inside)
    return list(User.objects.filter(wanted, is_active=True).order_by("name", "pk"))


def tell_client(row: VatReturn) -> int:
    """Queue one message a person about the return’s latest step; how many."""
    dossier = row.dossier
    if not settings_of(dossier).tells_client:
        return 0
    people = client_people(dossier)
    subject, text = _words(row)
    for person in people:
        mailer.queue(
            kind=KIND,
            key=f"vat:{dossier.pk}:{row.pk}:{len(row.steps)}:{person.pk}",
            to=person.email,
            subject=f"{dossier.name}\u00a0: {subject}",
            text=f"Bonjour {person.get_full_name()},\n\n{text}\n",
            firm_id=dossier.firm_id,
            dossier_id=dossier.pk,
            user_id=person.pk,
        )
    return len(people)


def _words(row: VatReturn) -> tuple[str, str]:
    """Subject and sentence of a state."""
    words = of_period(row.start, row.end)
    what, result = f"TVA {words}", _result(row)
    reference = f" (référence {row.reference})" if row.reference else ""
    return {
        State.DRAFT: (
            f"{what} reprise", f"Votre cabinet reprend la déclaration de TVA {words}."
        ),
        State.PREPARED: (
            f"{what} préparée", f"La déclaration de TVA {words} est prête\u00a0: {result}."
        ),
        State.HANDED_OVER: (
            f"{what} transmise",
            f"La déclaration de TVA {words} est transmise à l’administration\u00a0: {result}.",
        ),
        State.ACCEPTED: (
            f"{what} acceptée",
            f"L’administration a accepté la déclaration de TVA {words}{reference}\u00a0: "
            f"{result}.",
        ),
        State.REJECTED: (
            f"{what} rejetée",
            f"L’administration a rejeté la déclaration de TVA {words}{reference}.\n\n"
            f"Motif\u00a0: {row.reason}\n\nVotre cabinet la corrige et la transmettra de nouveau.",
        ),
    }[State(row.state)]  # fmt: skip


def _result(row: VatReturn) -> str:
    if row.due:
        return f"{integer(row.due)}\u00a0€ à payer"
    refund = f", dont {integer(row.refund)}\u00a0€ à rembourser" if row.refund else ""
    if row.credit_carried or row.refund:
        return f"crédit de {integer(row.credit_carried + row.refund)}\u00a0€{refund}"
    return "rien à payer"
