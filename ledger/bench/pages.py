"""Pages of the books for one user, in this process: their 95th percentile, and the least page's."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path, reverse

from clients.models import Dossier
from firm.access import public
from firm.models import User
from ledger.bench import Clock, Result

RUNS, WARM_UP = 60, 3
GOAL = 0.150
HELLO = "bonjour/"


@public
def hello(request: HttpRequest) -> HttpResponse:
    """The least that a page can be, behind the same middleware."""
    del request
    return HttpResponse("Bonjour")


urlpatterns = [path(HELLO, hello)]


def page_results(dossier: Dossier, by: User, account: str, name: str) -> list[Result]:
    """The 95th percentile of each page; `account` is the number of the one with the most lines."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(by)
    least = least_page(client)
    pages = {
        "balance": reverse("ledger:balance", args=[dossier.slug]),
        "grand livre": reverse("ledger:general_ledger", args=[dossier.slug]),
        "grand livre of the largest account": reverse(
            "ledger:general_ledger", args=[dossier.slug], query={"compte": account}
        ),
        "entries": reverse("ledger:entries", args=[dossier.slug]),
        "imports": reverse("ledger:imports", args=[dossier.slug]),
    }
    return [
        Result(f"{name}: hello-world page, p95", least),
        *(
            Result(f"{name}: page « {page} », p95", _p95(client, address), goal=GOAL)
            for page, address in pages.items()
        ),
    ]


def least_page(client: Client) -> float:
    """The 95th percentile of the least that a page can be, in seconds."""
    with override_settings(ROOT_URLCONF=__name__):
        return _p95(client, f"/{HELLO}")


def _p95(client: Client, address: str) -> float:
    """Seconds.

    Raises:
        RuntimeError: the page is not one; its time would mean nothing.
    """
    taken = []
    for _again in range(WARM_UP + RUNS):
        clock = Clock()
        with clock.timed():
            answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answers {answer.status_code}")
        taken.append(clock.seconds)
    return sorted(taken[WARM_UP:])[RUNS * 95 // 100]
