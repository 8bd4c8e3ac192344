"""What the guards of the books mean, in the words of a refusal; imported when the app is ready."""

from __future__ import annotations

from firm.errors import guard
from ledger.actions.validation import YearShut

guard("entry_is_frozen", lambda _detail: YearShut(
    "Une écriture validée ne se modifie plus et ne se supprime plus : passez une contre-passation."
))  # fmt: skip
guard("year_is_open", lambda _detail: YearShut(
    "Cet exercice est verrouillé ou clos : il ne reçoit plus d’écriture."
))  # fmt: skip
guard("entry_in_year", lambda _detail: YearShut(
    "La date de l’écriture est hors de son exercice."
))  # fmt: skip
guard("year_is_closed", lambda _detail: YearShut(
    "Un exercice clos ne se rouvre pas (PCG 921-4)."
))  # fmt: skip
