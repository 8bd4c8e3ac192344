"""Bases of every business table: rows that belong to one dossier and never leave it.

In Django a model has a plain `id`; in the database its primary key is `(dossier_id, id)` and its
foreign keys are `(dossier_id, x_id) → x (dossier_id, id)`, made by `migration_ops.TenantTable`.
The classes here make joins, saves and updates carry the key, so that the tables can be distributed
by dossier and a row can never point into another dossier.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models
from django.db.models.lookups import Exact
from django.db.models.sql.where import WhereNode

from firm import scope

M = TypeVar("M", bound=models.Model)


class TenantManager(models.Manager[M]):
    """Rows of the dossiers in scope; raises when none is open, instead of answering nothing."""

    def get_queryset(self) -> models.QuerySet[M]:
        """All rows of the dossiers that may be read now.

        Raises:
            NoScope: no dossier is open.
        """
        dossiers = scope.dossiers_in_scope()
        if len(dossiers) == 1:
            return super().get_queryset().filter(dossier_id=next(iter(dossiers)))
        return super().get_queryset()


class TenantForeignKey(models.ForeignKey[Any, Any]):
    """A foreign key within a dossier: joins on the key too; its constraint is in the migration."""

    def __init__(self, to: Any, on_delete: Any = models.RESTRICT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs.setdefault("db_index", False)
        kwargs.setdefault("related_name", "+")
        super().__init__(to, on_delete, **kwargs)

    def get_extra_restriction(self, alias: str | None, related_alias: str | None) -> Any:
        """`theirs.dossier_id = ours.dossier_id`, beside the join on the id."""
        if alias is None or related_alias is None:
            return None
        ours: Any = self.model._meta.get_field("dossier")
        theirs: Any = self.remote_field.model._meta.get_field("dossier")
        same: Any = Exact(theirs.get_col(alias), ours.get_col(related_alias))
        return WhereNode([same])


class TenantRow(models.Model):
    """What every business row has: the manager that raises, and updates that keep the key."""

    objects: TenantManager[Any] = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"

    def _do_update(
        self, base_qs: Any, using: str | None, pk_val: Any, values: Any, *rest: Any, **named: Any
    ) -> Any:
        """Keep the key out of SET and put it into WHERE; the rest is Django's, and grows in 6.0."""
        others = [value for value in values if value[0].attname != "dossier_id"]
        kept = base_qs.filter(dossier_id=self.dossier_id)  # type: ignore[attr-defined]
        return super()._do_update(kept, using, pk_val, others, *rest, **named)


class TenantModel(TenantRow):
    """A row of one dossier."""

    dossier = models.ForeignKey(
        "clients.Dossier", models.RESTRICT, related_name="+", db_index=False, db_constraint=False
    )

    class Meta(TenantRow.Meta):
        abstract = True
