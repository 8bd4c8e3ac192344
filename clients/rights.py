"""The permission table, read once: which role holds which right."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def table() -> dict[str, Any]:
    """The content of `permissions.yaml`."""
    with (Path(__file__).parent / "permissions.yaml").open(encoding="utf-8") as source:
        loaded: dict[str, Any] = yaml.safe_load(source)
    return loaded


@cache
def of_role(role: str) -> frozenset[str]:
    """The rights on a dossier that a role holds."""
    return frozenset(name for name, right in table()["rights"].items() if role in right["roles"])


@cache
def of_firm_role(role: str) -> frozenset[str]:
    """The rights in the firm's workspace that a role holds."""
    return frozenset(
        name for name, right in table()["firm_rights"].items() if role in right["roles"]
    )


def holders(right: str) -> list[str]:
    """French names of the roles that hold a right, to say whom to ask."""
    every = {**table()["rights"], **table()["firm_rights"]}
    names = table()["roles"]
    return [names.get(role, role) for role in every[right]["roles"]]
