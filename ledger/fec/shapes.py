"""The shape of an entry: what it records, told from its accounts and never from its journal.

fec.md section 4.2.  The set of kinds decides almost everything; whether a sale or a purchase is
an invoice also depends on its third parties and sides (`invoices`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

from ledger.fec.kinds import Kind, mask_of, mask_of_bytes

Shape = Literal[
    "sale", "purchase", "bank", "cash_sale", "payroll", "vat", "inventory", "opening", "expense",
    "misc",
]  # fmt: skip

_MONEY: Final = mask_of(Kind.BANK, Kind.CASH)
_CUSTOMER: Final = mask_of(Kind.CUSTOMER)
_SUPPLIER: Final = mask_of(Kind.SUPPLIER)
_SALES: Final = mask_of(Kind.SALES)

_AROUND: Final = mask_of(Kind.VAT, Kind.ROUNDING, Kind.DEPOSIT, Kind.DEFERRED)
_SALE_SIDE: Final = mask_of(Kind.SALES, Kind.INCOME)
_SALE_ALL: Final = _CUSTOMER | _SALE_SIDE | _AROUND | mask_of(Kind.OTHER_CHARGE)
_PURCHASE_SIDE: Final = mask_of(Kind.CHARGE, Kind.WAGES, Kind.ASSET)
_PURCHASE_ALL: Final = _SUPPLIER | _PURCHASE_SIDE | _AROUND | mask_of(Kind.OTHER_CHARGE)

# 401 against 658, 411 against 758 alone are differences written off; with VAT they are invoices.
_ROUNDED_WITH_VAT: Final = mask_of(Kind.ROUNDING, Kind.VAT)

_WAGES: Final = mask_of(Kind.WAGES)
_PAYROLL_SIDE: Final = mask_of(Kind.STAFF, Kind.SOCIAL)
_VAT_ALL: Final = mask_of(Kind.VAT, Kind.ROUNDING)
_VAT: Final = mask_of(Kind.VAT)
_EXPENSE: Final = mask_of(Kind.CHARGE)
_EXPENSE_SIDE: Final = mask_of(Kind.STAFF, Kind.PARTNER)
_INVENTORY: Final = mask_of(Kind.PROVISION, Kind.STOCK_CHANGE, Kind.ACCRUED, Kind.DEFERRED)
_CACHE_SIZE: Final = 16_384


class KindShapes(dict[bytes, tuple[Shape, bool]]):
    """By the kinds of the lines of an entry: its shape, and whether it concerns third parties."""

    def __missing__(self, kinds: bytes) -> tuple[Shape, bool]:
        if len(self) >= _CACHE_SIZE:
            self.clear()
        mask = mask_of_bytes(kinds)
        found = self[kinds] = shape_of(mask), bool(mask & (_CUSTOMER | _SUPPLIER))
        return found


@lru_cache(maxsize=4096)
def shape_of(mask: int) -> Shape:
    """The shape of an entry that holds these kinds; openings are told apart elsewhere."""
    if mask & _MONEY:
        return "cash_sale" if mask & _SALES and not mask & _CUSTOMER else "bank"
    if mask & (_CUSTOMER | _SUPPLIER):
        return _third_party_shape(mask)
    if mask & _WAGES and mask & _PAYROLL_SIDE:
        return "payroll"
    if mask & _VAT and not mask & ~_VAT_ALL:
        return "vat"
    if mask & _EXPENSE and mask & _EXPENSE_SIDE:
        return "expense"
    return "inventory" if mask & _INVENTORY else "misc"


def _third_party_shape(mask: int) -> Shape:
    is_taxed = mask & _ROUNDED_WITH_VAT == _ROUNDED_WITH_VAT
    is_sold = mask & _SALE_SIDE or (is_taxed and mask & _CUSTOMER)
    if is_sold and not mask & ~_SALE_ALL:
        return "sale"
    is_charged = mask & _PURCHASE_SIDE or is_taxed
    if is_charged and not mask & ~_PURCHASE_ALL:
        return "purchase"
    return "inventory" if mask & _INVENTORY else "misc"
