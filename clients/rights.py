"""The permission table, read once: which role holds which right."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from firm.models import Membership


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


def of_rows(rows: Iterable[tuple[str, list[str] | None]]) -> frozenset[str]:
    """The union of the rights of (role, rights named for a custom role or None)."""
    held = frozenset[str]()
    for role, named in rows:
        held |= of_role(role) if named is None else _known(named) | {"dossier.open"}
    return held


def _known(named: list[str]) -> frozenset[str]:
    """What a custom role may hold of what was written in it: rights that have gone are nothing."""
    return frozenset(named) & frozenset(table()["rights"])


def of_membership(membership: Membership) -> frozenset[str]:
    """The rights in the firm's workspace of one of its people."""
    if membership.custom_role is None:
        return of_firm_role(membership.role)
    named = frozenset(membership.custom_role.rights) & frozenset(table()["firm_rights"])
    return named | {"firm.open"}


def may_in_firm(membership: Membership, right: str) -> bool:
    """Whether one of the firm's people holds a right in its workspace."""
    return right in of_membership(membership)


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
