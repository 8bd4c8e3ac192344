"""A bank that answers over the web what the test wants."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.ledger.bank.bank_rows import FILES

MARCH = (FILES / "credit-agricole-2025-03.xml").read_bytes()
SECRET = "jeton-de-la-banque"


class Bank(BaseHTTPRequestHandler):
    """A bank's side that answers what the test wants."""

    status, body, seen = 200, MARCH, []  # type: ignore[var-annotated]

    def do_GET(self) -> None:
        type(self).seen.append((self.path, self.headers.get("Authorization")))
        self.send_response(self.status)
        self.send_header("Content-Disposition", 'attachment; filename="mars.xml"')
        self.send_header("Location", "http://169.254.169.254/latest/")
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def bank() -> Iterator[type[Bank]]:
    handler = type("Handler", (Bank,), {"seen": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    handler.url = f"http://127.0.0.1:{server.server_port}/releve?du=1"  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield handler
    server.shutdown()
    server.server_close()
