"""The environment variables that the product's processes are started with."""

from __future__ import annotations

import os
from collections.abc import Mapping

from firm.launcher.data_folder import CHECKOUT, DataFolder


def product_environment(data: DataFolder, addresses: Mapping[str, str]) -> dict[str, str]:
    """Ours, the engines' addresses, and the installation's own folder and secret.

    `PYTHONPATH` lets a process find the product from whatever folder the person works in.  Compiled
    modules are kept whatever the machine's habit is: without them each start takes twice as long.
    """
    environment = {**os.environ, **addresses}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment.setdefault("SECRET_KEY", "")
    if not environment["SECRET_KEY"]:
        environment["SECRET_KEY"] = data.secret_key()
    environment["FIRM_DATA"] = str(data.root)
    environment["DJANGO_SETTINGS_MODULE"] = "firm.config.settings"
    environment["PYTHONPATH"] = str(CHECKOUT)
    return environment
