"""Books with fixed assets: purchases on accounts of class 2 in two years, and their register."""

from __future__ import annotations

import datetime as dt
from typing import Any

from clients.models import Dossier
from firm.models import User
from ledger.actions.assets import save_asset
from ledger.assets.days import Span
from ledger.models import EntryLine, FixedAsset
from tests.ledger.books import Books, Line, Piece, make_books
from tests.ledger.books import Span as Year

D = dt.date
Y2024: Year = {"start": D(2024, 1, 1), "end": D(2024, 12, 31)}
Y2025: Year = {"start": D(2025, 1, 1), "end": D(2025, 12, 31)}
SPAN_2024, SPAN_2025 = Span(D(2024, 1, 1), D(2024, 12, 31)), Span(D(2025, 1, 1), D(2025, 12, 31))


def purchase(day: dt.date, account: str, cents: int, label: str) -> Piece:
    lines = [
        Line(account, cents, label=label),
        Line("445620", cents // 5, account_label="TVA sur immobilisations"),
        Line("404000", 0, cents + cents // 5, third="FOUR", third_label="Fournil Équipement"),
    ]
    return Piece("AC", day, lines, label=label, ref=f"F-{day:%m%d}")


def asset_books(dossier: Dossier) -> Books:
    """2024 with an oven and a computer; 2025 opens with them and buys a van."""
    make_books(
        dossier,
        [
            purchase(D(2024, 4, 15), "215000", 10_000_00, "Four à sole"),
            purchase(D(2024, 7, 1), "218300", 3_600_00, "Ordinateurs"),
        ],
        **Y2024,
    )
    opening = Piece(
        "AN", D(2025, 1, 1),
        [Line("215000", 10_000_00), Line("218300", 3_600_00), Line("445620", 2_720_00),
         Line("404000", 0, 16_320_00, third="FOUR")],
        label="À nouveau", is_opening=True,
    )  # fmt: skip
    van = purchase(D(2025, 3, 1), "218200", 24_000_00, "Camionnette")
    return make_books(dossier, [opening, van], **Y2025)


def asset(dossier: Dossier, by: User, **fields: Any) -> FixedAsset:
    """An oven of 10 000 € over five years, or as the fields say."""
    given = {
        "label": "Four à sole", "account": "215000", "acquired_on": D(2024, 4, 15),
        "in_service_on": D(2024, 4, 15), "cost": 10_000_00, "method": "linear", "months": 60,
    }  # fmt: skip
    return save_asset(dossier, None, by=by, **(given | fields))


def balance_of(prefix: str) -> int:
    """Debit less credit of the accounts that begin so, opening lines left out, in cents."""
    rows = EntryLine.objects.filter(account__number__startswith=prefix, entry__is_opening=False)
    return sum(row.debit - row.credit for row in rows)
