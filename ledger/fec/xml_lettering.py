"""Which lines of an XML entry its one lettering is meant for: the reader and the writer agree.

The schema gives EcritureLet and DateLet to the entry, the flat form to each line.
"""

from __future__ import annotations

from collections.abc import Sequence


def lettered_ranks(accounts: Sequence[str], auxiliaries: Sequence[str]) -> list[int]:
    """The ranks of the lines with an auxiliary, else of 40 and 41, else of class 4, else all.

    Charges, income and taxes (44) are not lettered with their third party.
    """
    ranks = range(len(accounts))
    return (
        [i for i in ranks if auxiliaries[i].strip()]
        or [i for i in ranks if accounts[i][:2] in ("40", "41")]
        or [i for i in ranks if accounts[i][:1] == "4" and accounts[i][:2] != "44"]
        or list(ranks)
    )
