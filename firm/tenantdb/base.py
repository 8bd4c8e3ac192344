"""Database wrapper: each outermost transaction starts by telling Postgres the scope in force."""

from collections.abc import Iterable
from typing import Any

from django.db.backends.postgresql import base, features, operations

from firm import scope


class DatabaseFeatures(features.DatabaseFeatures):
    """Postgres, whose tenant tables have the primary key (dossier_id, id)."""

    def allows_group_by_selected_pks_on_model(self, model: Any) -> bool:
        """Grouping by `id` alone is invalid where `id` is only half of the primary key."""
        return not any(field.attname == "dossier_id" for field in model._meta.local_fields)


class DatabaseOperations(operations.DatabaseOperations):
    """Flush as the owner: the runtime role may not TRUNCATE."""

    def execute_sql_flush(self, sql_list: Iterable[str]) -> None:
        """Empty the tables; only tests flush, on connections that assumed the runtime role."""
        super().execute_sql_flush(["SET LOCAL ROLE NONE", *sql_list, "SET LOCAL ROLE firm_app"])


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL with a scope: what `firm.scope` holds is set in each transaction."""

    features_class = DatabaseFeatures
    ops_class = DatabaseOperations

    def set_autocommit(
        self,
        autocommit: bool,
        force_begin_transaction_with_broken_autocommit: bool = False,
    ) -> None:
        """Begin or end a transaction; a beginning one receives the scope."""
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if not autocommit and scope.current() is not None:
            scope.apply(self)
