"""What an account is in the play of an entry: customer, supplier, charge, VAT, bank…

The kind is read in the number (PCG roots), never in the label.  Kinds are small integers, so that
the kinds of a million lines are a million bytes, and a set of them is one integer mask.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import Final


class Kind(IntEnum):
    """The part that an account plays."""

    OTHER = 0
    INVALID = 1  # not a number of the PCG: to be mapped by a person
    CUSTOMER = 2  # 411, 416
    SUPPLIER = 3  # 401, 404
    DEPOSIT = 4  # 409, 419: advances, credit notes to come
    ACCRUED = 5  # 408, 418: invoices not yet there
    DEFERRED = 6  # 486, 487
    BANK = 7  # 512
    CASH = 8  # 51 others, 53, 54, 58
    SALES = 9  # 70
    INCOME = 10  # 71 to 75, 79
    OTHER_INCOME = 11  # 76, 77
    CHARGE = 12  # 60 to 63, 65, without 603
    WAGES = 13  # 64
    OTHER_CHARGE = 14  # 66, 67, 69
    PROVISION = 15  # 68, 78
    STOCK_CHANGE = 16  # 603
    ROUNDING = 17  # 658, 758
    VAT = 18  # 445
    ASSET = 19  # 2, without 28 and 29
    STAFF = 20  # 42
    SOCIAL = 21  # 43
    PARTNER = 22  # 455, 467
    RESULT = 23  # 12


# Longest root first.
_ROOTS: Final[tuple[tuple[str, Kind], ...]] = tuple(
    sorted(
        (
            *((root, Kind.CUSTOMER) for root in ("411", "416")),
            *((root, Kind.SUPPLIER) for root in ("401", "404")),
            *((root, Kind.DEPOSIT) for root in ("409", "419")),
            *((root, Kind.ACCRUED) for root in ("408", "418")),
            *((root, Kind.DEFERRED) for root in ("486", "487")),
            ("512", Kind.BANK),
            *((root, Kind.CASH) for root in ("51", "53", "54", "58")),
            ("70", Kind.SALES),
            *((root, Kind.INCOME) for root in ("71", "72", "73", "74", "75", "79")),
            *((root, Kind.OTHER_INCOME) for root in ("76", "77")),
            *((root, Kind.CHARGE) for root in ("60", "61", "62", "63", "65")),
            ("64", Kind.WAGES),
            *((root, Kind.OTHER_CHARGE) for root in ("66", "67", "69")),
            *((root, Kind.PROVISION) for root in ("68", "78")),
            ("603", Kind.STOCK_CHANGE),
            *((root, Kind.ROUNDING) for root in ("658", "758")),
            ("445", Kind.VAT),
            ("2", Kind.ASSET),
            *((root, Kind.OTHER) for root in ("28", "29")),
            ("42", Kind.STAFF),
            ("43", Kind.SOCIAL),
            *((root, Kind.PARTNER) for root in ("455", "467")),
            ("12", Kind.RESULT),
        ),
        key=lambda item: -len(item[0]),
    )
)


def kind_of(number: str) -> Kind:
    """The kind of an account number of at least three digits."""
    return next((kind for root, kind in _ROOTS if number.startswith(root)), Kind.OTHER)


def mask_of(*kinds: Kind) -> int:
    """A set of kinds as one integer."""
    mask = 0
    for kind in kinds:
        mask |= 1 << kind
    return mask


@lru_cache(maxsize=16_384)
def mask_of_bytes(kinds: bytes) -> int:
    """The set of the kinds of the lines of an entry."""
    return mask_of(*(Kind(kind) for kind in set(kinds)))
