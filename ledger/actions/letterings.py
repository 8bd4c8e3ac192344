"""Lettering: lines of one account and third party that settle each other."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from ledger.actions.scripts import run_script
from ledger.models import EntryLine, Lettering

_CODE = re.compile(r"[A-Z]{2,6}")
FIRST = "AA"


def letter(lines: Sequence[EntryLine], *, on: dt.date) -> Lettering:
    """Letter lines of one account and third party that balance, under the next free code.

    The caller holds the year and has read the lines as unlettered.
    """
    first = lines[0]
    code = _next_code(first)  # AA, AB… ZZ, AAA…
    made: Lettering = Lettering.objects.create(
        dossier_id=first.dossier_id,
        account_id=first.account_id,
        third_party_id=first.third_party_id,
        code=code,
        lettered_on=on,
        debit=sum(line.debit for line in lines),
        credit=sum(line.credit for line in lines),
        is_balanced=sum(line.debit - line.credit for line in lines) == 0,
    )
    places = [Q(entry=line.entry_id, line_no=line.line_no) for line in lines]
    wanted = places[0]
    for place in places[1:]:
        wanted |= place
    EntryLine.objects.filter(wanted, dossier=first.dossier_id).update(
        lettering=made, lettering_code=code, lettered_on=on
    )
    return made


def _next_code(line: EntryLine) -> str:
    return code_after(codes_of(line.dossier_id, line.account_id, line.third_party_id))


def codes_of(dossier_id: int, account_id: int, third_party_id: int | None) -> list[str]:
    """The codes that the third party's lines bear on the account, in one query."""
    held = (
        EntryLine.objects.filter(
            dossier=dossier_id, third_party=third_party_id, account=account_id,
            lettering_code__isnull=False,
        )
        .values_list("lettering_code", flat=True).distinct()
    )  # fmt: skip
    return [code for code in held if code]


def code_after(codes: Iterable[str]) -> str:
    """The code that follows the last of those in use; others than ours are no matter.

    A partial lettering bears its code in lower case, and keeps it in upper case once it balances.
    """
    ours = [code.upper() for code in codes if _CODE.fullmatch(code.upper())]
    if not ours:
        return FIRST
    last = max(ours, key=lambda code: (len(code), code))
    kept = last.rstrip("Z")
    if not kept:
        return "A" * (len(last) + 1)
    return kept[:-1] + chr(ord(kept[-1]) + 1) + "A" * (len(last) - len(kept))


def undo_letterings(dossier_id: int, entry_ids: Sequence[int]) -> list[str]:
    """Undo, whole, the letterings that hold a line of these entries; answers their codes.

    Invoices of their lines that were paid are issued again.
    """
    of_lines = EntryLine.objects.filter(
        dossier=dossier_id, entry__in=entry_ids, lettering__isnull=False
    )
    return undo_these(dossier_id, of_lines.order_by().values("lettering"))


def undo_these(dossier_id: int, letterings: Any) -> list[str]:
    """Undo letterings whole, by their ids or a query of them; answers their codes."""
    held = list(Lettering.objects.filter(dossier=dossier_id, pk__in=letterings).order_by("id"))
    if held:
        ids = [row.id for row in held]
        run_script("unletter", {"dossier": dossier_id, "letterings": ids})
    return [row.code for row in held]
