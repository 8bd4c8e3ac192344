"""Bank accounts: make and change them."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from stdnum import bic as bic_numbers
from stdnum import iban as iban_numbers
from stdnum.exceptions import ValidationError

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, Conflict
from firm.models import User
from ledger.models import Account, BankAccount, Journal

FIRST = "512"


class BankAccountInvalid(BusinessError):
    """A name is missing, or an IBAN, a BIC or an account number is not one."""

    code = "bank_account_invalid"
    title = "Compte bancaire incomplet ou invalide"


class BankAccountExists(Conflict):
    """Another bank account of the dossier has this IBAN, or this account in the books."""

    code = "bank_account_exists"
    title = "Compte bancaire déjà présent"


def clean_iban(text: str) -> str:
    """An IBAN without spaces, its keys checked (ISO 13616); "" for none.

    Raises:
        BankAccountInvalid: it is none.
    """
    typed = re.sub(r"[\s.-]", "", text).upper()
    if not typed:
        return ""
    try:
        return str(iban_numbers.validate(typed))
    except ValidationError as error:
        raise BankAccountInvalid(
            f"L’IBAN «\u00a0{text.strip()}\u00a0» n’est pas valide\u00a0: vérifiez ses chiffres "
            "sur le relevé d’identité bancaire."
        ) from error


def clean_bic(text: str) -> str:
    """A BIC of 8 or 11 signs (ISO 9362); "" for none.

    Raises:
        BankAccountInvalid: it is none.
    """
    typed = re.sub(r"\s", "", text).upper()
    if typed and not bic_numbers.is_valid(typed):
        raise BankAccountInvalid(
            f"Le BIC «\u00a0{text.strip()}\u00a0» n’est pas valide\u00a0: il compte 8 ou 11 signes."
        )
    return typed


def free_number() -> str:
    """The next account number to propose: 512000, 512001… past those that bank accounts have."""
    taken = set(
        BankAccount.objects.filter(account__number__startswith=FIRST).values_list(
            "account__number", flat=True
        )
    )
    return next(number for rank in range(1000) if (number := f"{FIRST}{rank:03d}") not in taken)


@transaction.atomic
def save_bank_account(  # noqa: PLR0913 (the fields of a form, each by its name)
    dossier: Dossier,
    row: BankAccount | None,
    *,
    name: str,
    number: str,
    by: User,
    iban: str = "",
    bic: str = "",
    journal: Journal | None = None,
    is_closed: bool = False,
) -> BankAccount:
    """Make a bank account on the account `number` (made if the chart lacks it), or change one.

    Raises:
        BankAccountInvalid: no name, or a number that is not one.
        BankAccountExists: the IBAN or the account is another's.
    """
    name, number = " ".join(name.split())[:300], number.strip()
    if not name:
        raise BankAccountInvalid(
            "Donnez un nom au compte, par exemple «\u00a0Crédit Agricole\u00a0»."
        )
    if not re.fullmatch(r"5[A-Za-z0-9]{2,30}", number):
        raise BankAccountInvalid("Le compte comptable commence par 5, par exemple 512000.")
    fields: dict[str, Any] = {
        "name": name, "iban": clean_iban(iban), "bic": clean_bic(bic), "journal": journal,
        "is_closed": is_closed,
    }  # fmt: skip
    others = BankAccount.objects.exclude(pk=row.pk if row else None)
    if fields["iban"] and others.filter(iban=fields["iban"]).exists():
        raise BankAccountExists("Un autre compte bancaire du dossier porte cet IBAN.")
    if others.filter(account__number=number).exists():
        raise BankAccountExists(f"Un autre compte bancaire du dossier est tenu sur le {number}.")
    account, _made = Account.objects.get_or_create(
        dossier=dossier, number=number, defaults={"label": name}
    )
    kept = row or BankAccount(dossier=dossier)
    kept.account = account
    for field, value in fields.items():
        setattr(kept, field, value)
    kept.save(force_insert=row is None)
    audit.record(
        "ledger.bank_account_saved", by=by, dossier_id=dossier.id, bank_account=kept.id, name=name,
        number=number,
    )  # fmt: skip
    return kept
