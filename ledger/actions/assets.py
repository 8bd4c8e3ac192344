"""The register of fixed assets: make, change, split and remove its lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError
from firm.formats import amount
from firm.models import User
from ledger.actions.asset_checks import AssetInvalid, check_asset, complete
from ledger.actions.entries import hold_books
from ledger.assets.days import DAY
from ledger.models import AssetCharge, Entry, FixedAsset
from ledger.queries.asset_accounts import Chart
from ledger.queries.asset_lines import Pending, pending_lines
from ledger.queries.asset_plans import as_if_new, spans_of
from ledger.queries.asset_takeover import Start, starts_of_register
from ledger.queries.years import years_of

DESCRIPTION = ("code", "label", "quantity", "supplier")
TERMS = (
    "account", "depreciation_account", "charge_account", "acquired_on", "in_service_on", "cost",
    "residual", "method", "months", "fiscal_method", "fiscal_months", "opening_on",
    "opening_depreciation", "opening_derogatory", "source_entry_id", "source_line_no",
)  # fmt: skip
Method = FixedAsset.Method


class AssetInUse(BusinessError):
    """Charges were written, or it has left: its plan does not change any more."""

    code = "asset_in_use"
    title = "Immobilisation déjà amortie"


class LineTaken(BusinessError):
    """The line is in the register already, or in the books no more."""

    code = "asset_line_taken"
    title = "Ligne déjà immobilisée"


@transaction.atomic
def save_asset(
    dossier: Dossier, asset: FixedAsset | None, *, by: User, **fields: Any
) -> FixedAsset:
    """Write a line of the register, or change one; accounts left empty are the usual ones.

    Raises:
        AssetInvalid: an amount, a day, a life or an account that no plan can be made of.
        AssetInUse: the plan of an asset with charges written, or that has left, would change.
    """
    hold_books(dossier.id)
    kept = _held(asset) if asset else FixedAsset(dossier=dossier, created_by=by.id)
    changed = [name for name in TERMS if name in fields and fields[name] != getattr(kept, name)]
    if asset is not None and changed:
        _refuse_in_use(kept)
    for name in (*DESCRIPTION, *TERMS):
        if name in fields:
            setattr(kept, name, fields[name])
    complete(kept, Chart(dossier))
    check_asset(kept)
    kept.save(force_insert=asset is None)
    audit.record(
        "ledger.asset_saved", by=by, dossier_id=dossier.id, asset=kept.id, label=kept.label,
        account=kept.account, cost=kept.cost,
    )  # fmt: skip
    return kept


def proposed(
    dossier: Dossier, line: Pending, chart: Chart, starts: Mapping[str, Start], known: Any
) -> FixedAsset:
    """The asset that a line of the books would make: unsaved, with the plan usual for its account.

    What the books depreciated before is taken over as the plan would have it.
    """
    found = line.usual
    day = line.date - DAY if line.is_opening else line.date
    asset = FixedAsset(
        dossier=dossier, label=line.name, account=line.account, supplier=line.supplier or "",
        acquired_on=day, in_service_on=day, cost=line.cents,
        method=found.method if found else Method.NONE, months=found.months if found else 0,
        source_entry_id=line.entry_id, source_line_no=line.line_no,
    )  # fmt: skip
    complete(asset, chart)
    start = starts.get(asset.depreciation_account) or starts.get("")
    if asset.method == Method.NONE or start is None:
        return asset
    if line.is_opening:
        asset.opening_on = start.day
    elif line.date <= start.day:
        asset.opening_depreciation = as_if_new(asset, known, start.day)
        asset.opening_on = start.day
    return asset


def share_openings(made: Sequence[tuple[Pending, FixedAsset]], starts: Mapping[str, Start]) -> None:
    """Give opening lines what their account 28 holds beyond the purchases, by cost.

    An opening line says nothing of its own depreciation: the balance of the ledger does, for all.
    """
    left = {number: start.cents for number, start in starts.items()}
    openings: defaultdict[str, list[FixedAsset]] = defaultdict(list)
    for line, asset in made:
        number = asset.depreciation_account
        if line.is_opening and asset.opening_on:
            openings[number].append(asset)
        else:
            left[number] = left.get(number, 0) - asset.opening_depreciation
    for number, assets in openings.items():
        cost = sum(asset.cost for asset in assets)
        rest = min(max(left.get(number, 0), 0), cost)
        for asset in assets:
            share = rest * asset.cost // cost
            asset.opening_depreciation = share
            rest, cost = rest - share, cost - asset.cost


@transaction.atomic
def register_lines(dossier: Dossier, keys: Sequence[str], *, by: User) -> list[FixedAsset]:
    """Put lines of the books into the register, each with the plan usual for its account.

    `keys` are `entry-line`; a fixed number of statements however many.

    Raises:
        LineTaken: one of them is in the register already, or no longer in the books.
    """
    hold_books(dossier.id)
    years = years_of(dossier)
    pending = {line.key: line for line in pending_lines(dossier, years)}
    if not keys or any(key not in pending for key in keys):
        raise LineTaken(
            "Une de ces lignes est déjà dans le registre ou n’est plus dans les livres\u00a0:"
            " rechargez la liste, puis choisissez de nouveau."
        )
    chart, starts, known = Chart(dossier), starts_of_register(dossier, years), spans_of(years)
    found = [
        (pending[key], proposed(dossier, pending[key], chart, starts, known))
        for key in dict.fromkeys(keys)
    ]
    share_openings(found, starts)
    made = [asset for _line, asset in found]
    for asset in made:
        asset.created_by = by.id
        check_asset(asset)
    FixedAsset.objects.bulk_create(made)
    audit.record(
        "ledger.assets_registered", by=by, dossier_id=dossier.id, assets=[one.id for one in made],
        cost=sum(one.cost for one in made),
    )  # fmt: skip
    return made


@transaction.atomic
def remove_assets(dossier: Dossier, ids: Sequence[int], *, by: User) -> int:
    """Take lines out of the register, all or none; answers how many.

    Raises:
        AssetInUse: charges of one of them stand in the books, or it has left.
    """
    hold_books(dossier.id)
    held = list(FixedAsset.objects.select_for_update().filter(pk__in=ids).order_by("id"))
    for asset in held:
        _refuse_in_use(asset)
    AssetCharge.objects.filter(asset__in=[asset.id for asset in held]).delete()
    FixedAsset.objects.filter(pk__in=[asset.id for asset in held]).delete()
    audit.record(
        "ledger.assets_removed", by=by, dossier_id=dossier.id,
        assets=[{"id": one.id, "label": one.label, "cost": one.cost} for one in held],
    )  # fmt: skip
    return len(held)


@transaction.atomic
def split_asset(
    asset: FixedAsset, parts: Sequence[tuple[str, int]], *, by: User
) -> list[FixedAsset]:
    """Make several lines (label, cents) of one; the first keeps its number, the costs add up to it.

    Each takes its share of the residual value and of what was taken over, the last the rest.

    Raises:
        AssetInvalid: fewer than two parts, one without a positive amount, or another sum.
        AssetInUse: charges were written, or it has left.
    """
    dossier = asset.dossier
    hold_books(dossier.id)
    held = _held(asset)
    _refuse_in_use(held)
    if len(parts) < 2 or any(not label or cents <= 0 for label, cents in parts):
        raise AssetInvalid("Donnez au moins deux parts, chacune avec un libellé et un montant.")
    if sum(cents for _label, cents in parts) != held.cost:
        raise AssetInvalid(
            f"Les parts doivent faire {amount(held.cost)} en tout\u00a0: il y en a pour"
            f" {amount(sum(cents for _label, cents in parts))}."
        )
    shares = {name: _shares(getattr(held, name), parts, held.cost) for name in _SHARED}
    made = []
    for rank, (label, cents) in enumerate(parts):
        part: FixedAsset = FixedAsset.objects.get(pk=held.pk)
        part.label, part.cost, part.quantity = label[:300], cents, 1
        for name, values in shares.items():
            setattr(part, name, values[rank])
        if rank:
            part.id = None
        part.save(force_insert=rank > 0)
        made.append(part)
    audit.record(
        "ledger.asset_split", by=by, dossier_id=dossier.id, asset=held.id,
        parts=[{"id": part.id, "label": part.label, "cost": part.cost} for part in made],
    )  # fmt: skip
    return made


_SHARED = ("residual", "opening_depreciation", "opening_derogatory")


def _shares(total: int, parts: Sequence[tuple[str, int]], cost: int) -> list[int]:
    found = [total * cents // cost for _label, cents in parts[:-1]]
    return [*found, total - sum(found)]


def _held(asset: FixedAsset) -> FixedAsset:
    held: FixedAsset = FixedAsset.objects.select_for_update().get(pk=asset.pk)
    return held


def _refuse_in_use(asset: FixedAsset) -> None:
    """Refuse unless nothing in the books rests on its plan."""
    if asset.disposed_on:
        raise AssetInUse(
            f"«\u00a0{asset.label}\u00a0» est sortie du registre\u00a0: annulez d’abord sa sortie."
        )
    entries = AssetCharge.objects.filter(asset=asset).values("entry_id")
    if Entry.objects.filter(pk__in=entries).exists():
        raise AssetInUse(
            f"Des dotations de «\u00a0{asset.label}\u00a0» sont comptabilisées\u00a0: annulez-les"
            " d’abord, puis modifiez son plan."
        )
