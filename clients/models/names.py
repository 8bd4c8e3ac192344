"""How names are compared: without accents, ligatures and capitals, as French readers do."""

from __future__ import annotations

from django.db.models import Func, TextField


class NameKey(Func):
    """A name without its accents and capitals: French order, and search as people type."""

    function = "app_name_key"
    output_field = TextField()
