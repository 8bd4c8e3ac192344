"""When each label of an account or third party was last used: the latest one is kept."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.fec.entries import Parts, merged
from ledger.fec.postings import Posting
from ledger.fec.segments import EXCLUDED, Segment


class LabelDates:
    """Dates the postings whose account or third party goes by several labels."""

    def __init__(self, postings: list[Posting]) -> None:
        self._postings = postings
        self._latest: dict[int, tuple[str, int]] = {}
        self.several = frozenset(
            posting.no
            for posting in postings
            if posting.account.labels.others or (posting.third and posting.third.labels.others)
        )

    def date(self, entry: Segment) -> None:
        """Take in an entry."""
        used = entry.date, entry.line
        for posting in self.several.intersection(entry.postings):
            if self._latest.get(posting, ("", 0)) < used:
                self._latest[posting] = used

    def date_all(self, entries: Iterable[Parts]) -> None:
        """Take in all the entries of a file but those that a person left out."""
        for parts in entries:
            if not all(self.several.isdisjoint(part.postings) for part in parts):
                entry = merged(parts)
                if not entry.flags & EXCLUDED:
                    self.date(entry)

    def choose(self) -> None:
        """Keep the latest label by date, then by line."""
        for number in sorted(self._latest, key=lambda one: self._latest[one]):
            posting = self._postings[number]
            if posting.account_label:
                posting.account.labels.chosen = posting.account_label
            if posting.third and posting.third_label:
                posting.third.labels.chosen = posting.third_label
