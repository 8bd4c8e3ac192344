"""The plan of a dossier: opened with it, outliving a disconnection, renewed by whoever pays."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from clients import plans
from clients.models import Dossier, PlanSubscription
from firm import audit
from firm.errors import BusinessError
from firm.models import User


class PlanUnknown(BusinessError):
    """Not one of the plans on offer."""

    code = "plan_unknown"
    title = "Formule inconnue"


class PaymentMeansMissing(BusinessError):
    """A renewal names who is charged, and how."""

    code = "payment_means_missing"
    title = "Moyen de paiement manquant"


class RenewedAlready(BusinessError):
    """The next period has been bought; a double click must not buy another."""

    code = "plan_renewed_already"
    title = "Formule déjà renouvelée"


def start_plan(dossier: Dossier, *, by: User | None, on: dt.date | None = None) -> PlanSubscription:
    """Give a new dossier its first plan, PRO, for a year, paid by the firm.

    The dossier must be in the writing scope.
    """
    starts_on = on or timezone.localdate()
    first: PlanSubscription = PlanSubscription.objects.create(
        dossier=dossier,
        plan=plans.FIRST_PLAN,
        starts_on=starts_on,
        ends_on=plans.last_day(starts_on),
        created_by=by.id if by else None,
    )
    return first


@transaction.atomic
def renew_plan(
    dossier: Dossier, *, plan: str, payment_means: str, payer: str, by: User
) -> PlanSubscription:
    """Buy one more year: from the day after the latest period, or from today once it is over.

    Nothing is charged here: the means of payment is written down as typed.

    Raises:
        PlanUnknown: `plan` is not on offer.
        PaymentMeansMissing: nothing was typed.
        RenewedAlready: a period that has not begun yet is there.
    """
    if plan not in PlanSubscription.Plan.values:
        raise PlanUnknown("Choisissez la formule PRO ou la formule MAX.")
    if not payment_means.strip():
        raise PaymentMeansMissing("Indiquez le moyen de paiement du renouvellement.")
    Dossier.objects.select_for_update().get(pk=dossier.pk)
    today = timezone.localdate()
    latest = PlanSubscription.objects.order_by("-ends_on").first()
    if latest and latest.starts_on > today:
        raise RenewedAlready("La période suivante est déjà renouvelée : elle n’a pas commencé.")
    starts_on = max(today, latest.ends_on + dt.timedelta(days=1)) if latest else today
    bought: PlanSubscription = PlanSubscription.objects.create(
        dossier=dossier,
        plan=plan,
        starts_on=starts_on,
        ends_on=plans.last_day(starts_on),
        payer=payer,
        payment_means=payment_means.strip()[:120],
        created_by=by.id,
    )
    audit.record(
        "clients.plan_renewed", by=by, dossier_id=dossier.id, firm_id=dossier.firm_id,
        plan=plan, starts_on=starts_on.isoformat(), ends_on=bought.ends_on.isoformat(), payer=payer,
    )  # fmt: skip
    return bought
