"""An asset leaves the books: depreciated to its day, taken out; and back again.

The sale itself, with its VAT, is the business of its invoice: here stand the net value and what was
depreciated.  Accounts follow the PCG of the fiscal year (ANC 2022-06 from 2025 on).
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError
from firm.formats import date_fr
from firm.models import User
from ledger.actions.asset_charges import live_entries, write_drafts
from ledger.actions.asset_checks import AssetInvalid
from ledger.actions.assets import AssetInUse
from ledger.actions.entries import hold_books, hold_years, remove_entries
from ledger.assets.accounts import exit_account
from ledger.assets.days import DAY
from ledger.models import AssetCharge, FixedAsset
from ledger.queries.asset_accounts import Chart
from ledger.queries.asset_charges import Drafted, Part, lines_of
from ledger.queries.asset_plans import (
    DEPRECIATION,
    DEROGATORY,
    Held,
    Standing,
    spans_of,
    standing,
    written,
)
from ledger.queries.years import Year, year_at, years_of


class EarlierChargesDue(BusinessError):
    """Charges of earlier years are not written as the plan says, or later ones are written."""

    code = "asset_charges_due"
    title = "Dotations à régulariser d’abord"


@transaction.atomic
def dispose_asset(
    asset: FixedAsset, *, on: dt.date, kind: str, price: int | None, by: User
) -> FixedAsset:
    """Take an asset out on a day; `price` is cents without VAT, of a sale.

    Writes what the plan lacks up to that day, or takes back its excess, then the exit.

    Raises:
        AssetInvalid: the day precedes its acquisition or its takeover, or a sale has no price.
        AssetInUse: it has left already.
        EarlierChargesDue: the books and the plan differ in other years.
        NoOpenYear, PeriodLocked: the day takes no entry.
    """
    dossier = asset.dossier
    hold_books(dossier.id)
    held: FixedAsset = FixedAsset.objects.select_for_update().get(pk=asset.pk)
    _check(held, on, kind, price)
    hold_years(dossier, [on])
    years = years_of(dossier)
    year = year_at(years, on)
    assert year is not None
    held.exit, held.disposed_on = kind, on
    held.disposal_price = price if kind == FixedAsset.Exit.SOLD else None
    row = _standing(dossier, held, year, years)
    drafts = drafts_of_exit(row, Chart(dossier), year)
    held.exit_batch = uuid.uuid4()
    made = write_drafts(dossier, drafts, batch=held.exit_batch, by=by)
    held.exit_entry_id = made[-1]
    held.save()
    audit.record(
        "ledger.asset_disposed", by=by, dossier_id=dossier.id, asset=held.id, label=held.label,
        date=on.isoformat(), kind=kind, price=held.disposal_price, net=net_value(row),
    )  # fmt: skip
    return held


def net_value(row: Standing) -> int:
    """What an asset that leaves in the year was still worth in the books, in cents."""
    return row.asset.cost - row.before - row.charge


def _check(asset: FixedAsset, on: dt.date, kind: str, price: int | None) -> None:
    if asset.disposed_on:
        raise AssetInUse(f"«\u00a0{asset.label}\u00a0» est déjà sortie.")
    if on < asset.acquired_on:
        raise AssetInvalid(
            f"La sortie ne peut précéder l’acquisition ({date_fr(asset.acquired_on)}).", field="on"
        )
    if asset.opening_on and on <= asset.opening_on:
        raise AssetInvalid(
            f"Les amortissements sont repris jusqu’au {date_fr(asset.opening_on)}\u00a0: la sortie"
            " est postérieure.", field="on",
        )  # fmt: skip
    if kind == FixedAsset.Exit.SOLD and (price is None or price < 0):
        raise AssetInvalid("Donnez le prix de cession hors taxes, 0 s’il est nul.", field="price")


def _standing(dossier: Dossier, asset: FixedAsset, year: Year, years: list[Year]) -> Standing:
    """Where the asset stands in the year of its exit.

    Raises:
        EarlierChargesDue: the books and the plan differ outside that year.
    """
    rows = written(dossier, asset.id).get(asset.id) or Held()
    known = spans_of(years)
    span = next(one for one in known if one.start == year.start)
    if any(one.on > span.end for one in rows.rows):
        raise EarlierChargesDue(
            "Des dotations sont écrites après cet exercice\u00a0: annulez-les d’abord."
        )
    row = standing(asset, span, known, rows)
    taken = asset.opening_depreciation if asset.opening_on else 0
    before = taken + rows.until(span.start - DAY, DEPRECIATION)
    tax = asset.opening_derogatory + rows.until(span.start - DAY, DEROGATORY)
    if before != row.before or tax != row.derogatory_before:
        raise EarlierChargesDue(
            "Les dotations des exercices précédents ne sont pas toutes écrites\u00a0: écrivez-les"
            " d’abord, ou donnez l’amortissement repris sur la fiche."
        )
    return row


def drafts_of_exit(row: Standing, chart: Chart, year: Year) -> list[Drafted]:
    """The complement of depreciation if there is one, then the exit."""
    asset = row.asset
    assert asset.disposed_on is not None
    found = []
    for kind, cents, label in (
        (DEPRECIATION, row.due, "Dotation complémentaire"),
        (DEROGATORY, row.derogatory_due, "Amortissement dérogatoire"),
    ):
        if cents:
            found.append(
                Drafted(
                    f"{label} · {asset.label}"[:500], asset.disposed_on,
                    lines_of(row, kind, cents, chart), [Part(asset.id, asset.label, kind, cents)],
                )
            )  # fmt: skip
    accumulated, net = row.before + row.charge, net_value(row)
    root = exit_account(asset.account, year.start, asset.exit)
    lines = [
        (chart.chosen(asset.depreciation_account), accumulated),
        (chart.of_root(root), net),
        (chart.chosen(asset.account), -asset.cost),
    ]
    label = f"{asset.get_exit_display()} · {asset.label}"[:500]
    return [*found, Drafted(label, asset.disposed_on, [line for line in lines if line[1]])]


@transaction.atomic
def undo_exit(asset: FixedAsset, *, by: User) -> FixedAsset:
    """Bring an asset back: the entries of its exit go.

    Raises:
        AssetInUse: it has not left.
        EntryNotRemovable, PeriodLocked: an entry is validated, or its year takes no change.
    """
    hold_books(asset.dossier_id)
    held: FixedAsset = FixedAsset.objects.select_for_update().get(pk=asset.pk)
    if not held.disposed_on:
        raise AssetInUse(f"«\u00a0{held.label}\u00a0» n’est pas sortie.")
    charges = AssetCharge.objects.filter(asset=held, batch=held.exit_batch)
    entries = live_entries([held.exit_entry_id, *charges.values_list("entry_id", flat=True)])
    if entries:
        remove_entries(held.dossier_id, entries, by=by)
    charges.delete()
    held.exit, held.disposed_on, held.disposal_price = "", None, None
    held.exit_entry_id = held.exit_batch = None
    held.save()
    audit.record(
        "ledger.asset_exit_undone", by=by, dossier_id=held.dossier_id, asset=held.id,
        label=held.label, entries=len(entries),
    )  # fmt: skip
    return held
