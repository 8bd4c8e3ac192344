"""The plan of a dossier: opened with it, outliving a disconnection, renewed by whoever pays."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from clients import plans
from clients.models import Dossier, PlanPrice, PlanSubscription
from clients.queries.prices import prices_on
from firm import audit
from firm.errors import BusinessError, Conflict
from firm.formats import amount
from firm.models import User

# What the scope bears when the platform publishes prices.
PUBLISHER = "prices"


class PlanUnknown(BusinessError):
    """Not one of the plans on offer."""

    code = "plan_unknown"
    title = "Formule inconnue"


class PaymentMeansMissing(BusinessError):
    """A renewal names who is charged, and how."""

    code = "payment_means_missing"
    title = "Moyen de paiement manquant"


class PriceMissing(BusinessError):
    """A plan without a price in force is not sold."""

    code = "plan_price_missing"
    title = "Tarif non publié"


class PriceChanged(Conflict):
    """The price shown is not the one in force any more."""

    code = "plan_price_changed"
    title = "Tarif changé"


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
    dossier: Dossier, *, plan: str, price: int, payment_means: str, payer: str, by: User
) -> PlanSubscription:
    """Buy one more year: from the day after the latest period, or from today once it is over.

    `price` is the one that was shown, in cents without VAT.  Nothing is charged here: the means of
    payment is written down as typed.

    Raises:
        PlanUnknown: `plan` is not on offer.
        PaymentMeansMissing: nothing was typed.
        PriceMissing: the platform has published no price of this plan.
        PriceChanged: it has published another one since.
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
    starts_on = plans.next_start(latest.ends_on if latest else None, today)
    current = prices_on(today).get(plan)
    if current is None:
        raise PriceMissing(
            "Le tarif de cette formule n’est pas publié : demandez-le à la plateforme."
        )
    if current != price:
        raise PriceChanged(
            f"Le tarif a changé : {amount(current)} hors taxes par an. Relisez-le, puis "
            "confirmez de nouveau."
        )
    bought: PlanSubscription = PlanSubscription.objects.create(
        dossier=dossier,
        plan=plan,
        starts_on=starts_on,
        ends_on=plans.last_day(starts_on),
        payer=payer,
        price=price,
        payment_means=payment_means.strip()[:120],
        created_by=by.id,
    )
    audit.record(
        "clients.plan_renewed", by=by, dossier_id=dossier.id, firm_id=dossier.firm_id,
        plan=plan, starts_on=starts_on.isoformat(), ends_on=bought.ends_on.isoformat(), payer=payer,
        price=price,
    )  # fmt: skip
    return bought


@transaction.atomic
def publish_price(plan: str, *, starts_on: dt.date, price: int, by: User | None) -> None:
    """Enter what a year of a plan costs from a day on, in cents without VAT; the same day replaces.

    For whoever runs the installation: the scope bears the token `PUBLISHER`.

    Raises:
        PlanUnknown: `plan` is not on offer.
    """
    if plan not in PlanSubscription.Plan.values:
        raise PlanUnknown("Choisissez la formule PRO ou la formule MAX.")
    PlanPrice.objects.update_or_create(plan=plan, starts_on=starts_on, defaults={"price": price})
    audit.record(
        "clients.plan_price_published", by=by, plan=plan, starts_on=starts_on.isoformat(),
        price=price,
    )  # fmt: skip
