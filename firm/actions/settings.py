"""What a firm says of itself, and which modules it has switched on."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from firm import audit
from firm.errors import BusinessError
from firm.models import Firm, User


class FirmNameMissing(BusinessError):
    """A firm has a name."""

    code = "firm_name_missing"
    title = "Nom du cabinet manquant"


@transaction.atomic
def change_firm(firm: Firm, *, name: str, siren: str, has_client_accounts: bool, by: User) -> None:
    """Change the firm's name, SIREN (nine digits, already checked) and modules.

    Raises:
        FirmNameMissing: nothing is left of the name.
    """
    name = " ".join(name.split())[:200]
    if not name:
        raise FirmNameMissing("Indiquez le nom du cabinet.")
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
