"""Which open lines settle each other, and why.  Plain Python: no Django, no clock, no database.

`propose` looks at the open lines of one account and third party, pass by pass, the surest first:
the same piece, a piece that the label cites, the same amount, several lines for one, the same
amount but for a small difference.  A line belongs to one proposal at most.  Where two lines would
do as well, neither is taken: they are told as ambiguous.
"""

from ledger.matching.items import Budget, Found, Item, Side
from ledger.matching.passes import propose

__all__ = ["Budget", "Found", "Item", "Side", "propose"]
