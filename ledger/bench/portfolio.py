"""The whole portfolio at a glance: pages over thousands of dossiers, as their users ask for them.

A firm with `size` dossiers and 200 people is made once in the installation; it is told by its
short name, `banc-<size>`.  Pages go through the whole product but the socket: middleware, session,
rights, row-level security, templates.  Beside the time that a page takes stands the processor time
of it, which other work on the machine does not lengthen.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.test import Client

from clients.demo import create_cast
from clients.demo_portfolio import fill_portfolio, portfolio_firm
from firm import scope
from firm.models import Firm, Membership, User
from ledger.bench import Result

PEOPLE = 200
ASKED = 40
PAGE_GOAL, SWITCH_GOAL, DATABASE_GOAL, SHARE_GOAL = 0.200, 0.100, 0.020, 0.15
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass
class Seen:
    """What pages cost: seconds of each, and every statement with its own."""

    pages: list[float] = field(default_factory=list)
    web: float = 0.0
    server: float = 0.0
    statements: list[tuple[str, Any, float]] = field(default_factory=list)

    @property
    def p95(self) -> float:
        """Seconds within which 95 pages in 100 were made."""
        return sorted(self.pages)[int(len(self.pages) * 0.95)]

    @property
    def database(self) -> float:
        """Seconds in the database of one page, on average."""
        return sum(taken for _sql, _values, taken in self.statements) / len(self.pages)


def run(size: int) -> list[Result]:
    """Time the clients page, the cockpit and the switcher; by administrators and by everyone."""
    alice = create_cast().people["alice"]
    firm = portfolio_firm(f"Cabinet du banc, {size} dossiers", f"banc-{size}", owner=alice)
    fill_portfolio(firm, dossiers=size, people=PEOPLE, by=alice)
    _analyse()
    admins, staff = _people(firm)
    base = f"/cabinet/{firm.slug}/"
    over = f"{size} dossiers, {len(admins) + len(staff)} people"
    results = []
    for name, address, who, goal in (
        (f"clients page, {over}, administrators, p95", f"{base}clients/", admins, PAGE_GOAL),
        (
            "clients page, sorted by a counter, p95",
            f"{base}clients/?tri=-attente",
            admins,
            PAGE_GOAL,
        ),
        ("clients page, searched, p95", f"{base}clients/?q=ecole", admins, PAGE_GOAL),
        ("clients page, accountants, p95", f"{base}clients/", staff, PAGE_GOAL),
        ("cockpit, administrators, p95", base, admins, PAGE_GOAL),
        ("cockpit, accountants, p95", base, staff, PAGE_GOAL),
        ("switcher, nothing typed, p95", "/_/entreprises/", admins, SWITCH_GOAL),
        ("switcher, searched, p95", "/_/entreprises/?q=lac", admins, SWITCH_GOAL),
    ):
        seen = ask(address, who)
        results.append(Result(name, seen.p95, goal=goal))
        results.append(
            Result(f"… its processor time: web {seen.web * 1000:.0f} ms,"
                   f" database {seen.server * 1000:.0f} ms", seen.web + seen.server)
        )  # fmt: skip
        if "administrators" in name:
            results += _database(name.partition(",")[0], seen)
    return results


def _database(page: str, seen: Seen) -> list[Result]:
    """What a page costs in the database, and what of it the walls cost."""
    found = [Result(f"{page}: in the database, a page", seen.database,
                    goal=DATABASE_GOAL if page == "cockpit" else None)]  # fmt: skip
    scoped = sum(t for sql, _values, t in seen.statements if "set_config" in sql)
    walls = _walls(seen)
    if walls is not None:
        mean = sum(seen.pages) / len(seen.pages)
        found.append(
            Result(f"{page}: walls and scope, share of the page", scoped / len(seen.pages) + walls,
                   "whole page", mean, SHARE_GOAL)
        )  # fmt: skip
    return found


def ask(address: str, people: list[User], times: int = ASKED) -> Seen:
    """Open a page as each person in turn, after one round that warms up."""
    clients = [_signed_in(person) for person in people[:times]]
    _get(clients[0], address)
    seen = Seen()
    web, server = time.process_time(), _server_time()
    for at in range(times):
        with _heard(seen.statements):
            start = time.perf_counter()
            _get(clients[at % len(clients)], address)
            seen.pages.append(time.perf_counter() - start)
    seen.web = (time.process_time() - web) / times
    seen.server = (_server_time() - server) / times
    return seen


def _server_time() -> float:
    """Processor seconds of the connection's server process; 0 where that is not told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        path = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not path.exists():
        return 0.0
    spent = path.read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, spent)) / os.sysconf("SC_CLK_TCK")


def _signed_in(person: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(person, backend=BACKEND)
    return client


def _get(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")


@contextmanager
def _heard(statements: list[tuple[str, Any, float]]) -> Iterator[None]:
    """Write down every statement and its time."""

    def listen(execute: Callable[..., Any], sql: str, params: Any, many: bool, ctx: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, params, many, ctx)
        finally:
            statements.append((sql, params, time.perf_counter() - start))

    with connection.execute_wrapper(listen):
        yield


def _walls(seen: Seen) -> float | None:
    """Seconds a page that its reads take more behind the walls than without any.

    The same statements are run again by the role of the backup, which no policy stops.  Nothing is
    answered where `DATABASE_BACKUP_URL` names nobody.
    """
    address = os.environ.get("DATABASE_BACKUP_URL", "")
    if not address:
        return None
    last = seen.statements[-len(seen.statements) // len(seen.pages) :]
    reads = [(sql, values) for sql, values, _t in last if sql.startswith("SELECT")]
    reads = [(sql, values) for sql, values in reads if "set_config" not in sql]
    inside = sum(t for sql, _v, t in last if sql.startswith("SELECT") and "set_config" not in sql)
    with psycopg.connect(address, autocommit=True, cursor_factory=psycopg.ClientCursor) as outside:
        best = min(_replayed(outside, reads) for _again in range(5))
    return max(inside - best, 0.0)


def _replayed(outside: psycopg.Connection[Any], reads: list[tuple[str, Any]]) -> float:
    start = time.perf_counter()
    for sql, values in reads:
        outside.execute(sql.encode(), values).fetchall()
    return time.perf_counter() - start


def _people(firm: Firm) -> tuple[list[User], list[User]]:
    """Administrators and accountants of the firm."""
    with scope.open_scope(scope.Scope(firm=firm.id)):
        rows = list(Membership.objects.filter(firm=firm).select_related("user").order_by("id"))
    chiefs = [row.user for row in rows if row.sees_all]
    return chiefs, [row.user for row in rows if not row.sees_all]


def _analyse() -> None:
    """Fresh statistics of what was filled; only the owner of the tables may."""
    owner = settings.DATABASE_OWNER
    with psycopg.connect(
        dbname=connection.settings_dict["NAME"], user=owner["USER"] or None,
        password=owner["PASSWORD"] or None, host=owner["HOST"] or None,
        port=owner["PORT"] or None, autocommit=True, **owner["OPTIONS"],
    ) as asked:  # fmt: skip
        for table in ("clients_dossier", "clients_dossiergrant", "clients_dossierstats",
                      "firm_membership", "firm_user"):  # fmt: skip
            asked.execute(f"ANALYZE {table}".encode())
