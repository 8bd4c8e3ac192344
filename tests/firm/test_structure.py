"""What a review would look for, kept by the machine instead."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

import clients.actions
import firm.actions
import ledger.actions
from firm.errors import BusinessError
from firm.tenancy import TenantForeignKey, TenantManager

OUTSIDE_THE_WALLS = {
    "firm_job",
    "firm_apitoken",
    "firm_user",
    "firm_user_groups",
    "firm_user_user_permissions",
}
OURS = ("firm_", "clients_", "ledger_", "collaboration_", "billing_")
TRANSIENT = {"ledger_balancecheck"}


def sql(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def every_pattern(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        where = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from every_pattern(pattern.url_patterns, where)
        elif isinstance(pattern, URLPattern):
            yield where, pattern.callback


@pytest.mark.parametrize(("url", "view"), list(every_pattern()))
def test_every_url_says_what_it_needs(url: str, view: Any) -> None:
    needs = getattr(view, "needs", None) or getattr(getattr(view, "cls", None), "needs", None)
    assert needs, f"{url} is open to anyone: guard it, or declare it public"


@pytest.mark.django_db
def test_every_business_table_forces_row_level_security() -> None:
    rows = sql(
        "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,"
        " (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid)"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind = 'r' AND n.nspname = 'public'"
    )
    ours = [row for row in rows if row[0].startswith(OURS)]
    assert len(ours) > 20
    bare = [
        name
        for name, forced, policies in ours
        if not (forced and policies) and name not in OUTSIDE_THE_WALLS | TRANSIENT
    ]
    assert bare == []


@pytest.mark.django_db
def test_every_business_table_has_the_composite_key() -> None:
    rows = sql(
        "SELECT c.relname, array_agg(a.attname::text ORDER BY k.n)"
        " FROM pg_constraint x JOIN pg_class c ON c.oid = x.conrelid,"
        " unnest(x.conkey) WITH ORDINALITY k(attnum, n)"
        " JOIN pg_attribute a ON a.attnum = k.attnum"
        " WHERE x.contype = 'p' AND a.attrelid = c.oid GROUP BY 1"
    )
    keys = dict(rows)
    for model in apps.get_models():
        if any(field.attname == "dossier_id" for field in model._meta.local_fields) and is_business(
            model
        ):
            assert keys[model._meta.db_table][0] == "dossier_id", model


def is_business(model: Any) -> bool:
    return isinstance(model._default_manager, TenantManager)


@pytest.mark.django_db
def test_every_key_between_business_rows_is_composite_or_kept_by_the_statement_trigger() -> None:
    constraints = {
        name for (name,) in sql("SELECT conname::text FROM pg_constraint WHERE contype = 'f'")
    }
    triggers = {
        name for (name,) in sql("SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal")
    }
    for model in apps.get_models():
        table = model._meta.db_table
        for field in model._meta.local_fields:
            if isinstance(field, TenantForeignKey):
                by_key = f"{table}_{field.column}_fk" in constraints
                by_trigger = {
                    f"{table}_keys_insert",
                    f"{table}_{field.column}_kept"[:63],
                } <= triggers
                assert by_key or by_trigger, f"{table}.{field.column} is kept by nothing"


def test_models_of_business_rows_raise_without_a_scope() -> None:
    for model in apps.get_models():
        has_dossier = any(f.attname == "dossier_id" for f in model._meta.local_fields)
        if has_dossier and model._meta.app_label in {"ledger", "collaboration", "billing"}:
            assert isinstance(model._default_manager, TenantManager), model
            assert isinstance(model._base_manager, TenantManager), model


def actions() -> Iterator[tuple[str, Any]]:
    for package in (firm.actions, clients.actions, ledger.actions):
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            module = importlib.import_module(found.name)
            for name, function in inspect.getmembers(module, inspect.isfunction):
                if not name.startswith("_") and function.__module__ == module.__name__:
                    yield f"{module.__name__}.{name}", function


@pytest.mark.parametrize(("name", "action"), list(actions()))
def test_every_action_says_what_it_does(name: str, action: Any) -> None:
    assert inspect.getdoc(action), f"{name} has no docstring"


@pytest.mark.parametrize(("name", "action"), list(actions()))
def test_every_action_takes_by_as_a_keyword(name: str, action: Any) -> None:
    by = inspect.signature(action).parameters.get("by")
    if by is not None:
        assert by.kind is inspect.Parameter.KEYWORD_ONLY, f"{name}: `by` must be keyword-only"


def test_error_codes_are_unique() -> None:
    seen: dict[str, type] = {}
    for kind in subclasses(BusinessError):
        if kind.__dict__.get("code"):
            other = seen.setdefault(kind.code, kind)
            assert other is kind, f"{kind} and {other} share the code {kind.code}"


def subclasses(kind: type) -> Iterator[Any]:
    yield kind
    for child in kind.__subclasses__():
        yield from subclasses(child)
