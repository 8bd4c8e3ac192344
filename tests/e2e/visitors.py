"""People in their browsers, and what they do over and over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.e2e.accessibility import check_accessibility


@dataclass
class Visitor:
    """A person's page, and the errors that the browser has told of."""

    page: Any
    said: list[str]

    def go(self, address: str) -> Any:
        """Open a page of the product, which must be without error and accessible."""
        self.page.goto(address)
        self.check()
        return self.page

    def check(self) -> None:
        """The page that is shown is without error and accessible."""
        check_accessibility(self.page, self.said)

    def status(self, address: str) -> int:
        """What the address answers to this person, without showing it."""
        return int(self.page.request.get(address).status)

    def text(self, address: str) -> str:
        """What the address answers to this person, whatever it is."""
        return str(self.page.request.get(address).text())

    def follow(self, link: str | re.Pattern[str]) -> None:
        """Follow an entry of the menu."""
        self.page.get_by_role("navigation").get_by_role("link", name=link, exact=True).click()
        self.page.wait_for_load_state()

    def press(self, button: str | re.Pattern[str]) -> None:
        """Press a button of the page's content."""
        self.page.get_by_role("main").get_by_role("button", name=button).first.click()
        self.page.wait_for_load_state()

    def forgive(self, words: str) -> None:
        """One error that the browser tells of and that the story is about: a refused request."""
        self.page.wait_for_timeout(100)
        heard = [said for said in self.said if words in said]
        assert heard, f"{words}: {self.said}"
        self.said[:] = [said for said in self.said if words not in said]
