"""Migration operations that put a table behind the wall.

`TenantTable` gives a business table its composite keys, its forced row-level security and its
policies; `AccessTable` does so for the tables that decide who may open what.  A structural test
fails on a table that went through neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import migrations
from django.db.migrations.operations.base import Operation

from firm.mass_keys import Watch, drop_mass_keys, fixed_key, mass_keys
from firm.tenancy import TenantForeignKey

READ = "dossier_id = ANY ((SELECT app_dossiers())::bigint[])"
WRITE = "dossier_id = ANY ((SELECT app_writable())::bigint[])"


def policies(
    table: str, *, select: str, insert: str, update: str | None = None, delete: str | None = None
) -> str:
    """SQL that forces row-level security with one policy a command."""
    update = update or insert
    delete = delete or update
    return f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY {table}_read ON {table} FOR SELECT USING ({select});
        CREATE POLICY {table}_add ON {table} FOR INSERT WITH CHECK ({insert});
        CREATE POLICY {table}_change ON {table} FOR UPDATE USING ({update}) WITH CHECK ({update});
        CREATE POLICY {table}_remove ON {table} FOR DELETE USING ({delete});
    """


class AccessTable(Operation):
    """Row-level security for a table that decides on access (its policies look at the person)."""

    reduces_to_sql = True
    reversible = True

    def __init__(
        self,
        table: str,
        *,
        select: str,
        insert: str,
        update: str | None = None,
        delete: str | None = None,
    ) -> None:
        self.table, self.select, self.insert = table, select, insert
        self.update, self.delete = update, delete

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing that Django's state knows of changes."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Force row-level security."""
        schema_editor.execute(
            policies(
                self.table,
                select=self.select,
                insert=self.insert,
                update=self.update,
                delete=self.delete,
            )
        )

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Lift it again."""
        schema_editor.execute(
            f"ALTER TABLE {self.table} NO FORCE ROW LEVEL SECURITY;"
            f" ALTER TABLE {self.table} DISABLE ROW LEVEL SECURITY;"
            + "".join(
                f" DROP POLICY {self.table}_{what} ON {self.table};"
                for what in ("read", "add", "change", "remove")
            )
        )

    def describe(self) -> str:
        """One line for the migration's log."""
        return f"Force row-level security on {self.table}"


class TenantTable(Operation):
    """Composite keys, forced row-level security and policies for one business table.

    `mass=True` replaces its row-wise foreign keys by one statement-level trigger over the
    transition table, with RESTRICT on the parents' side: row-wise keys double the time of a load.
    That trigger asks what is to `watch` of new rows in the same pass.
    `root=True` adds the key to the dossier itself; other tables reach it through their parents.
    """

    reduces_to_sql = True
    reversible = False

    def __init__(
        self, model: str, *, mass: bool = False, root: bool = False, watch: Watch | None = None
    ) -> None:
        self.model, self.mass, self.root, self.watch = model, mass, root, watch

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing that Django's state knows of changes."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Give the table its keys, its wall and its policies, in the migration's transaction."""
        meta = to_state.apps.get_model(app_label, self.model)._meta
        table = meta.db_table
        if any(field.name == "id" for field in meta.local_fields):
            schema_editor.execute(
                f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey,"
                " ADD PRIMARY KEY (dossier_id, id)"
            )
            schema_editor.execute(fixed_key(table))
        if self.root:
            schema_editor.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_dossier_fk"
                " FOREIGN KEY (dossier_id) REFERENCES clients_dossier (id)"
            )
        keys = list(_keys(meta))
        if self.mass:
            schema_editor.execute(mass_keys(table, keys, watch=self.watch))
        else:
            for column, parent in keys:
                schema_editor.execute(row_key(table, column, parent))
        schema_editor.execute(policies(table, select=READ, insert=WRITE))

    def database_backwards(self, *_args: Any) -> None:
        """Never: a wall is not taken down."""
        raise NotImplementedError

    def describe(self) -> str:
        """One line for the migration's log."""
        return f"Put {self.model} behind the wall of its dossier"


class RenewKeys(Operation):
    """Make the triggers of a mass table anew, once its foreign keys have changed.

    `watch` as the table was given it: a trigger is replaced whole.
    """

    reduces_to_sql = True
    reversible = False

    def __init__(self, model: str, *, watch: Watch | None = None) -> None:
        self.model, self.watch = model, watch

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing that Django's state knows of changes."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Drop the triggers of the table's keys, on both sides, and make those of today."""
        meta = to_state.apps.get_model(app_label, self.model)._meta
        schema_editor.execute(drop_mass_keys(meta.db_table))
        schema_editor.execute(mass_keys(meta.db_table, list(_keys(meta)), watch=self.watch))

    def database_backwards(self, *_args: Any) -> None:
        """Never: a wall is not taken down."""
        raise NotImplementedError

    def describe(self) -> str:
        """One line for the migration's log."""
        return f"Keep the keys of {self.model} by triggers made anew"


def _keys(meta: Any) -> Iterator[tuple[str, str]]:
    for field in meta.local_fields:
        if isinstance(field, TenantForeignKey):
            yield field.column, field.remote_field.model._meta.db_table


def row_key(table: str, column: str, parent: str) -> str:
    """A composite foreign key; FORCE is lifted while Postgres validates it, as the owner."""
    return f"""
        ALTER TABLE {parent} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_fk
            FOREIGN KEY (dossier_id, {column}) REFERENCES {parent} (dossier_id, id);
        ALTER TABLE {parent} FORCE ROW LEVEL SECURITY;
    """


def run_sql_file(path: Path) -> migrations.RunSQL:
    """Run `NNNN_name.up.sql`, and `NNNN_name.down.sql` backwards."""
    down = path.with_name(path.name.replace(".up.sql", ".down.sql"))
    return migrations.RunSQL(path.read_text(), down.read_text() if down.exists() else None)
