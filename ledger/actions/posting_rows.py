"""What a posting needs that may not exist yet: accounts and journals, made when first needed."""

from __future__ import annotations

from collections.abc import Iterable

from clients.models import Dossier
from ledger.models import Account, Journal
from ledger.queries.posting_accounts import Chosen, ChosenJournal, journal_of


def account_ids(dossier: Dossier, chosen: Iterable[Chosen]) -> dict[str, int]:
    """The id of each account by its number; those that do not exist are made."""
    every = {one.number: one for one in chosen}
    known = {number: one.id for number, one in every.items() if one.id is not None}
    if missing := [one for number, one in every.items() if number not in known]:
        Account.objects.bulk_create(
            [Account(dossier=dossier, number=one.number, label=one.label) for one in missing],
            ignore_conflicts=True,
        )
        made = Account.objects.filter(
            dossier=dossier, number__in=[one.number for one in missing]
        ).values_list("number", "id")
        known |= dict(made)
    return known


def journal_id(dossier: Dossier, nature: str) -> int:
    """The id of the dossier's journal of a nature, made under its usual code if there is none."""
    return make_journal(dossier, journal_of(dossier, nature))


def make_journal(dossier: Dossier, chosen: ChosenJournal) -> int:
    """The id of a journal, made if it does not exist."""
    if chosen.id is not None:
        return chosen.id
    made, _new = Journal.objects.get_or_create(
        dossier=dossier,
        code=chosen.code,
        defaults={"label": chosen.label, "nature": chosen.nature},
    )
    found: int = made.id
    return found
