"""What a firm says of itself, and which modules it has switched on."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from firm import audit, scope
from firm.errors import BusinessError
from firm.models import Firm, User


class FirmNameMissing(BusinessError):
    """A firm has a name."""

    code = "firm_name_missing"
    title = "Nom du cabinet manquant"


class ModuleNotInPlan(BusinessError):
    """A module is switched on only when the firm's plan holds it."""

    code = "module_not_in_plan"
    title = "Module hors abonnement"


@transaction.atomic
def change_firm(firm: Firm, *, name: str, siren: str, has_client_accounts: bool, by: User) -> None:
    """Change the firm's name, SIREN (nine digits, already checked) and modules.

    Raises:
        FirmNameMissing: nothing is left of the name.
        ModuleNotInPlan: a module is switched on that the firm's plan does not hold.
    """
    name = " ".join(name.split())[:200]
    if not name:
        raise FirmNameMissing("Indiquez le nom du cabinet.")
    is_new = has_client_accounts and not firm.has_client_accounts
    if is_new and firm.plan != Firm.Plan.ACCOUNTING:
        raise ModuleNotInPlan(
            "Ce module fait partie de l’abonnement « Comptabilité » de l’offre Cabinet "
            "comptable : demandez-le à la plateforme."
        )
    wanted: dict[str, Any] = {
        "name": name, "siren": siren, "has_client_accounts": has_client_accounts,
    }  # fmt: skip
    changes = {key: value for key, value in wanted.items() if getattr(firm, key) != value}
    if not changes:
        return
    old = {key: getattr(firm, key) for key in changes}
    Firm.objects.filter(pk=firm.pk).update(**changes)
    audit.record("firm.changed", by=by, firm_id=firm.pk, old=old, new=changes)
    firm.refresh_from_db()


def change_plan(firm_id: int, *, plan: str, by: User | None) -> Firm:
    """Change what the platform lets a firm use; for whoever runs the installation.

    A module that the plan does not hold any more is closed at once, and open again with it.
    """
    with scope.open_scope(scope.Scope(firm=firm_id, firm_write=True)):
        firm = Firm.objects.get(pk=firm_id)
        old = firm.plan
        Firm.objects.filter(pk=firm_id).update(plan=plan)
        audit.record("firm.plan_changed", by=by, firm_id=firm_id, old=old, new=plan)
        firm.refresh_from_db()
    return firm
