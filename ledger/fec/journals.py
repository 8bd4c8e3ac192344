"""The journals of a FEC, and what each is for: told by its entries, else by its name.

fec.md section 4.2: the nature of a journal is the shape of at least 70 % of at least three
entries; tested on the decodable real files.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Literal

from ledger.fec.accounts import Labels
from ledger.fec.columns import JOURNAL_CODE, JOURNAL_LIB
from ledger.fec.notes import Note, Notebook
from ledger.fec.numbers import Numbers
from ledger.fec.shapes import Shape
from ledger.fec.texts import Texts
from ledger.fec.wording import counted, quoted

Nature = Literal["sales", "purchases", "bank", "misc", "opening"]

CODE_MAX: Final = 60
NAMELESS: Final = "ND"
_SHARE: Final = 0.7
_ENTRIES: Final = 3

_NATURES: Final[dict[Shape, Nature]] = {
    "sale": "sales",
    "cash_sale": "sales",
    "purchase": "purchases",
    "bank": "bank",
    "opening": "opening",
}
_OPENING_CODES: Final = frozenset(
    ("AN", "ANO", "RAN", "ANV", "ANX", "AND", "ANOUV", "ANOUVEAU", "ANOUVEAUX", "OUV")
)
_OPENING: Final = re.compile(r"\b(A ?NOUVEAUX?|REPORTS? NOUVEAUX?|OUVERTURE)\b")
_HINTS: Final[tuple[tuple[Nature, re.Pattern[str]], ...]] = (
    ("purchases", re.compile(r"^(AC|ACH|HA|ACHATS?)\b|\bACHATS?\b|\bFOURNISSEURS?\b")),
    ("sales", re.compile(r"^(VE|VT|VEN|VTE|VENTES?)\b|\bVENTES?\b|\bCLIENTS?\b")),
    ("bank", re.compile(r"^(BQ|BQE|CA|CAI)\b|\bBANQUE\b|\bCAISSE\b|\bTRESORERIE\b")),
)


@dataclass(slots=True, eq=False)
class Journal:
    """One journal; counts and sums are of what an import writes."""

    no: int
    code: str
    labels: Labels
    line: int
    is_opening: bool
    numbers: Numbers = field(default_factory=Numbers)
    entries: int = 0
    lines: int = 0
    debit: int = 0
    credit: int = 0
    shapes: Counter[Shape] = field(default_factory=Counter)
    has_invoices: bool = False

    @property
    def label(self) -> str:
        """The first label that was not empty."""
        return self.labels.first or self.code

    @property
    def nature(self) -> Nature:
        """What the journal is for."""
        if self.is_opening:
            return "opening"
        hint = _hinted(self.code, self.label)
        total = self.shapes.total()
        if total >= _ENTRIES:
            sales = self.shapes["sale"] + self.shapes["cash_sale"]
            shape, count = max(self.shapes.items(), key=lambda item: item[1])
            if sales >= _SHARE * total:
                # The shop's till: cash sales in a cash book are its movements.
                return "bank" if hint == "bank" and not self.shapes["sale"] else "sales"
            if count >= _SHARE * total:
                return _NATURES.get(shape, "misc")
        return hint


class Journals:
    """Journals in order of appearance; `by_zones` finds one, and its label there, by raw zones."""

    def __init__(self, notes: Notebook, texts: Texts, *, may_be_nameless: bool = False) -> None:
        self._notes = notes
        self._texts = texts
        # A47 A-1 VIII leaves JournalCode and JournalLib blank in the treasury forms.
        self._may_be_nameless = may_be_nameless
        self.by_zones: dict[tuple[str, str], tuple[Journal, str]] = {}
        self._by_code: dict[str, Journal] = {}
        self.all: list[Journal] = []

    def __len__(self) -> int:
        return len(self.all)

    def meet(self, code: str, label: str, line: int) -> tuple[Journal, str]:
        """The journal of a line and the label that the line gives it."""
        known = self.by_zones.get((code, label))
        if known is None:
            known = self.by_zones[code, label] = self._named(code, label, line)
        return known

    def close(self) -> None:
        """Write what only the whole file tells."""
        folded: dict[str, Journal] = {}
        for journal in self.all:
            if journal.labels.others:
                self._tell_labels(journal)
            twin = folded.setdefault(journal.code.casefold(), journal)
            if twin is not journal:
                message = (
                    f"Les codes de journal {quoted(twin.code)} et {quoted(journal.code)} ne "
                    "diffèrent que par la casse : deux journaux sont conservés."
                )
                note = Note(journal.line, JOURNAL_CODE, journal.code)
                self._notes.write("JOURNAL_CASSE", message, note)

    def _named(self, raw_code: str, raw_label: str, line: int) -> tuple[Journal, str]:
        code = self._texts.code(raw_code, line, JOURNAL_CODE)
        label = self._texts.code(raw_label, line, JOURNAL_LIB)
        if not code:
            code = self._code_of(label)
            message = f"Le code journal est vide : le journal {quoted(code)} le remplace."
            rule = "JOURNAL_FACULTATIF" if self._may_be_nameless else "JOURNAL_VIDE"
            self._notes.write(rule, message, Note(line, JOURNAL_CODE, "", code))
        elif not label and not self._may_be_nameless:
            message = f"Le libellé du journal {quoted(code)} est vide."
            self._notes.write("JOURNAL_LIBELLE_VIDE", message, Note(line, JOURNAL_LIB))
        journal = self._by_code.get(code)
        if journal is None:
            journal = self._by_code[code] = self._added(code, label, line)
        else:
            journal.labels.meet(label, line)
        return journal, label

    def _code_of(self, label: str) -> str:
        """The code of a journal that has but a label: that of the one journal known by it."""
        known = [one.code for one in self.all if label and one.labels.first == label]
        if len(known) == 1:
            return known[0]
        return NAMELESS if known else label[:CODE_MAX] or NAMELESS

    def _added(self, code: str, label: str, line: int) -> Journal:
        if len(code) > CODE_MAX:
            message = f"Le code journal {quoted(code)} dépasse {CODE_MAX} caractères."
            self._notes.write("VALEUR_TROP_LONGUE", message, Note(line, JOURNAL_CODE, code))
        is_opening = _plain(code).replace(" ", "") in _OPENING_CODES or bool(
            _OPENING.search(_plain(label))
        )
        journal = Journal(len(self.all) + 1, code, Labels(label, line), line, is_opening)
        self.all.append(journal)
        return journal

    def _tell_labels(self, journal: Journal) -> None:
        names = [journal.labels.first, *journal.labels.others]
        message = (
            f"Le journal {journal.code} porte {counted(len(names), 'libellé')} : "
            f"{', '.join(map(quoted, names[:3]))} ; le premier est retenu."
        )
        line = min(journal.labels.others.values())
        self._notes.write(
            "JOURNAL_LIBELLES_MULTIPLES", message, Note(line, JOURNAL_LIB, names[1], names[0])
        )


def _plain(text: str) -> str:
    """Upper case, without accents, signs as spaces."""
    bare = unicodedata.normalize("NFKD", text.upper())
    letters = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^A-Z0-9]+", " ", letters).split())


def _hinted(code: str, label: str) -> Nature:
    for nature, pattern in _HINTS:
        if pattern.search(_plain(code)) or pattern.search(_plain(label)):
            return nature
    return "misc"


def is_opening_text(text: str) -> bool:
    """True for « À nouveau », « Report à nouveau », « Ouverture »: the label of an opening."""
    return bool(_OPENING.search(_plain(text)))
