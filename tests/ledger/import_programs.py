"""What the tests of imports through the API share: a program with a token, a worker’s part."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from clients.actions.dossiers import create_dossier
from clients.models import Dossier
from firm import jobs, scope
from firm.actions.tokens import create_token
from firm.models import Firm, User


@pytest.fixture(autouse=True, name="_own_cache")
def own_cache(settings: Any, tmp_path: Path) -> None:
    """Attempts are counted in the cache: each test counts its own."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path)}}


class Program:
    """A program with a bearer token on one dossier's imports."""

    def __init__(self, user: User, slug: str, *scopes: str) -> None:
        with scope.open_scope(scope.Scope(user=user.pk)):
            self.token = create_token(name="Essai", scopes=list(scopes), by=user)[1]
        self.base, self.client = f"/api/dossiers/{slug}/fec-imports/", Client()

    def send(self, content: bytes, name: str, *, run: bool = True) -> Any:
        file = io.BytesIO(content)
        file.name = name
        answer = self.client.post(self.base, {"file": file}, headers=self.headers)
        if run:
            run_all()
        return answer

    def post(self, path: str, body: dict[str, Any] | None = None, *, run: bool = True) -> Any:
        answer = self.client.post(
            self.base + path, body or {}, content_type="application/json", headers=self.headers
        )
        if run:
            run_all()
        return answer

    def get(self, path: str = "") -> Any:
        return self.client.get(self.base + path, headers=self.headers)

    def one(self, pk: str) -> dict[str, Any]:
        held: dict[str, Any] = self.get(f"{pk}/").json()
        return held

    def sent(self, content: bytes, name: str) -> dict[str, Any]:
        return self.one(self.send(content, name).json()["id"])

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}


def run_all() -> None:
    """What the worker does."""
    while due := jobs.due():
        for job in due:
            jobs.run(job)


@pytest.fixture(name="program")
def importing_program(alice: User, boulangerie: Dossier) -> Program:
    """Alice’s program on the bakery’s imports."""
    return Program(alice, boulangerie.slug, "read", "write")


def dossier_beside(firm: Firm, by: User, name: str) -> Dossier:
    with scope.open_scope(scope.Scope(user=by.id, firm=firm.id, firm_write=True)):
        return create_dossier(firm, name=name, by=by)


def codes(found: dict[str, Any], severity: str = "error") -> set[str]:
    return {one["code"] for one in found["findings"] if one["severity"] == severity}
