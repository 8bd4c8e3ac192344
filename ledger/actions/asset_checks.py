"""What a line of the register must say, and the accounts that it may leave to us."""

from __future__ import annotations

from collections.abc import Sequence

from firm.errors import BusinessError
from firm.formats import amount
from ledger.assets.accounts import depreciation_account, from_root, usual
from ledger.assets.plan import SHORTEST_DECLINING
from ledger.models import FixedAsset
from ledger.queries.asset_accounts import Chart

LONGEST = 1200
Method = FixedAsset.Method


class AssetInvalid(BusinessError):
    """A value that no plan can be made of; `details` name its field."""

    code = "asset_invalid"
    title = "Immobilisation incomplète"


def complete(asset: FixedAsset, chart: Chart) -> None:
    """Give the accounts of depreciation that were left empty; take them from what has no plan."""
    if asset.method == Method.NONE:
        asset.months, asset.depreciation_account, asset.charge_account = 0, "", ""
        asset.fiscal_method, asset.fiscal_months, asset.residual = "", 0, 0
        return
    found = usual(asset.account)
    root = found.charge if found else ""
    if not asset.depreciation_account:
        asset.depreciation_account = depreciation_account(asset.account, list(chart.numbers))
    if not asset.charge_account:
        asset.charge_account = from_root(root or "68112", chart.length, list(chart.numbers))
    if not asset.fiscal_method:
        asset.fiscal_months = 0


def check_asset(asset: FixedAsset) -> None:
    """Refuse what no plan can be made of.

    Raises:
        AssetInvalid: so it is; `field` names what to correct.
    """
    for field, is_wrong, said in (*_faults(asset), *_plan_faults(asset)):
        if is_wrong:
            raise AssetInvalid(said, field=field)


def _faults(asset: FixedAsset) -> Sequence[tuple[str, bool, str]]:
    account = asset.account
    return (
        ("label", not asset.label, "Donnez un libellé à l’immobilisation."),
        ("cost", asset.cost <= 0, "La valeur brute doit être positive."),
        ("quantity", not 1 <= asset.quantity <= 10**6, "La quantité est d’au moins 1."),
        ("account", account[:2] not in {"20", "21", "22", "23", "26", "27"},
         f"«\u00a0{account}\u00a0» n’est pas un compte d’immobilisation\u00a0: choisissez un compte"
         " 20 à 27."),
        ("opening_depreciation",
         not 0 <= asset.opening_depreciation <= asset.cost - asset.residual,
         "L’amortissement repris ne peut dépasser la valeur brute moins la valeur résiduelle"
         f" ({amount(asset.cost - asset.residual)})."),
        ("opening_on",
         asset.opening_on is None and bool(asset.opening_depreciation or asset.opening_derogatory),
         "Indiquez jusqu’à quel jour ces amortissements sont déjà comptabilisés."),
    )  # fmt: skip


def _plan_faults(asset: FixedAsset) -> Sequence[tuple[str, bool, str]]:
    """Faults of what is depreciated."""
    if asset.method == Method.NONE:
        return ()
    start, short = asset.in_service_on, SHORTEST_DECLINING
    return (
        ("months", not 0 < asset.months <= LONGEST, "Donnez une durée, de 1 mois à 100 ans."),
        ("in_service_on", start is None,
         "Donnez la date de mise en service\u00a0: l’amortissement en part."),
        ("in_service_on", start is not None and start < asset.acquired_on,
         "La mise en service ne peut précéder l’acquisition."),
        ("residual", not 0 <= asset.residual < asset.cost,
         "La valeur résiduelle doit être inférieure à la valeur brute."),
        ("months", asset.method == Method.DECLINING and asset.months < short,
         "Le dégressif demande une durée d’au moins 3 ans (CGI, art. 39 A)."),
        ("fiscal_months", bool(asset.fiscal_method) and not 0 < asset.fiscal_months <= LONGEST,
         "Donnez la durée fiscale, de 1 mois à 100 ans."),
        ("fiscal_months",
         asset.fiscal_method == Method.DECLINING and asset.fiscal_months < short,
         "Le dégressif fiscal demande une durée d’au moins 3 ans (CGI, art. 39 A)."),
        ("opening_derogatory", asset.opening_derogatory != 0 and not asset.fiscal_method,
         "Un dérogatoire repris demande un plan fiscal."),
        ("opening_derogatory",
         not 0 <= asset.opening_derogatory <= asset.cost - asset.opening_depreciation,
         "Le dérogatoire repris dépasse la valeur nette."),
        ("depreciation_account", not asset.depreciation_account.startswith("28"),
         "Le compte d’amortissement commence par 28."),
        ("charge_account", not asset.charge_account.startswith("68"),
         "Le compte de dotation commence par 68."),
    )  # fmt: skip
