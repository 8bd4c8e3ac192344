"""Accounts made here, beside those that an import brings."""

from __future__ import annotations

import re

from django.db import transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError
from firm.models import User
from ledger.models import Account

_NUMBER = re.compile(r"[1-8][0-9]{2}[0-9A-Za-z]{0,57}")


class AccountInvalid(BusinessError):
    """The number does not begin with three digits of the PCG."""

    code = "account_invalid"
    title = "Numéro de compte inexact"


def create_account(dossier: Dossier, *, number: str, by: User, label: str = "") -> Account:
    """Create an account, or answer the one that has this number.

    Without a label it bears that of the nearest account: the one that shares most first digits.

    Raises:
        AccountInvalid: the number does not begin with three digits, class 1 to 8.
    """
    number = number.strip()
    if not _NUMBER.fullmatch(number):
        raise AccountInvalid(
            f"« {number} » n’est pas un compte : indiquez un numéro qui commence par trois"
            " chiffres."
        )
    with transaction.atomic():
        made: Account
        made, is_new = Account.objects.get_or_create(
            dossier=dossier,
            number=number,
            defaults={"label": label.strip()[:300] or _nearest_label(dossier, number)},
        )
        if is_new:
            audit.record(
                "ledger.account_created", by=by, dossier_id=dossier.id, account=made.id,
                number=number,
            )  # fmt: skip
    return made


def _nearest_label(dossier: Dossier, number: str) -> str:
    roots = [number[:size] for size in range(len(number) - 1, 2, -1)]
    for root in roots:
        same = Account.objects.filter(dossier=dossier, number__startswith=root).order_by("number")
        if found := same.first():
            return str(found.label)
    return f"Compte {number}"
