"""The boxes of the form in whole euros, and the entry that settles the VAT accounts.

Each base and each tax is rounded to the nearest euro, half a euro counting for one (CGI art. 1657,
1); totals add up what was rounded.  What rounding gains or costs goes to 758 or 658.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from ledger.vat.collect import Collected
from ledger.vat.form import Form

DEDUCTED = ("19", "20")


@dataclass(frozen=True)
class Declared:
    """The boxes filled, in whole euros; a box that holds nothing is absent."""

    base: dict[str, int] = field(default_factory=dict)
    tax: dict[str, int] = field(default_factory=dict)

    @property
    def due(self) -> int:
        """Line 32, what is to pay."""
        return self.tax.get("32", 0)

    @property
    def carried(self) -> int:
        """Line 27, the credit carried over."""
        return self.tax.get("27", 0)

    @property
    def refund(self) -> int:
        """Line 26, the credit asked back."""
        return self.tax.get("26", 0)

    @property
    def is_nil(self) -> bool:
        """Whether the form holds nothing at all (« néant »)."""
        return not any(self.base.values()) and not any(self.tax.values())


@dataclass(frozen=True, slots=True)
class Settled:
    """One line of the settlement entry: an account (or a role, without), signed cents."""

    cents: int
    what: str
    account: int = 0
    role: str = ""


def to_euros(cents: int) -> int:
    """Rounded to the nearest euro, halves away from zero."""
    whole = (abs(cents) + 50) // 100
    return whole if cents >= 0 else -whole


def declare(found: Collected, form: Form, *, brought: int = 0, refund: int = 0) -> Declared:
    """The form filled; `brought` (line 22) and `refund` (line 26, at most the credit) in euros.

    A box whose tax is negative (more credit notes than sales) is nil: the tax goes to 21, its base
    to B5; negative deductions are paid back on 15.
    """
    bases, taxes = found.sums()
    base = {code: to_euros(cents) for code, cents in bases.items()}
    tax = {code: to_euros(cents) for code, cents in taxes.items()}
    _turn_over(base, tax, form)
    rated = [box.code for box in form.boxes() if box.base and box.tax]
    tax["16"] = sum(tax.get(code, 0) for code in (*rated, "15"))
    tax["22"] = brought
    tax["23"] = sum(tax.get(code, 0) for code in (*DEDUCTED, "21", "22"))
    credit = max(tax["23"] - tax["16"], 0)
    tax["25"], tax["26"] = credit, min(refund, credit)
    tax["27"] = credit - tax["26"]
    tax["TD"] = tax["28"] = tax["32"] = max(tax["16"] - tax["23"], 0)
    known = {box.code for box in form.boxes()}
    return Declared(
        {code: euros for code, euros in base.items() if euros and code in known},
        {code: euros for code, euros in tax.items() if euros and code in known},
    )


def _turn_over(base: dict[str, int], tax: dict[str, int], form: Form) -> None:
    """No box of the form is negative: what is goes to the boxes of corrections."""
    extra: dict[str, int] = defaultdict(int)
    for box in form.boxes():
        code = box.code
        if tax.get(code, 0) < 0 and not box.of_which:
            extra["15" if code in DEDUCTED else "21"] -= tax.pop(code)
        if base.get(code, 0) < 0:
            lost = base.pop(code)
            if not box.tax:
                extra["B5"] -= lost
    for code in ("17", "24"):
        tax[code] = max(tax.get(code, 0), 0)
    base["B5"] = base.get("B5", 0) + extra.pop("B5", 0)
    for code, euros in extra.items():
        tax[code] = tax.get(code, 0) + euros


def settlement(found: Collected, declared: Declared) -> list[Settled]:
    """The lines that empty the VAT accounts of the period; they balance, zeros are left out."""
    lines = [
        Settled(-cents, "TVA de la période", account=account)
        for account, cents in sorted(found.moved.items(), key=lambda one: found.accounts[one[0]])
    ]
    lines += [
        Settled(-100 * declared.tax.get("22", 0), "Crédit de TVA imputé", role="credit"),
        Settled(100 * declared.carried, "Crédit de TVA à reporter", role="credit"),
        Settled(100 * declared.refund, "Remboursement de TVA demandé", role="refund"),
        Settled(-100 * declared.due, "TVA à décaisser", role="payable"),
    ]
    lines = [line for line in lines if line.cents]
    gap = -sum(line.cents for line in lines)
    if gap:
        role = "rounding_cost" if gap > 0 else "rounding_gain"
        lines.append(Settled(gap, "Arrondi de la déclaration", role=role))
    return lines
