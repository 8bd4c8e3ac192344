"""How a dossier declares VAT: who is told, and the rates that account labels do not say."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError
from firm.models import User
from ledger.models import VatSettings
from ledger.vat.form import known_rates, text_of


class VatAccountRateInvalid(BusinessError):
    """Not a rate that a box of the form takes."""

    code = "vat_account_rate_invalid"
    title = "Taux inconnu"


@transaction.atomic
def save_settings(
    dossier: Dossier, *, by: User, tells_client: bool | None = None,
    rates: dict[str, str] | None = None,
) -> VatSettings:  # fmt: skip
    """Say whether the client is told, and the rate (per cent) of accounts by number.

    An empty rate forgets the one that was given.

    Raises:
        VatAccountRateInvalid: no box of the form takes this rate.
    """
    kept: VatSettings
    kept, _new = VatSettings.objects.get_or_create(dossier=dossier)
    changes: dict[str, Any] = {}
    if tells_client is not None:
        changes["tells_client"] = tells_client
    if rates is not None:
        wanted = {**kept.rates, **rates}
        known = {text_of(rate) for rate in known_rates()}
        if unknown := [rate for rate in wanted.values() if rate and rate not in known]:
            raise VatAccountRateInvalid(f"Aucune case de la CA3 ne reçoit le taux {unknown[0]}.")
        changes["rates"] = {number: rate for number, rate in wanted.items() if rate}
    VatSettings.objects.filter(pk=kept.pk).update(**changes)
    kept.refresh_from_db()
    audit.record("ledger.vat_settings_saved", by=by, dossier_id=dossier.pk, **changes)
    return kept
