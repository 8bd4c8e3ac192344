"""App configuration of the firm's workspace."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class FirmConfig(AppConfig):
    """The kernel: after each migration it grants the runtime role what it may do."""

    name = "firm"
    verbose_name = "Cabinet"

    def ready(self) -> None:
        """Grant after every migration and flush."""
        from firm import grants  # noqa: PLC0415 (models must be loaded)

        post_migrate.connect(grants.grant_runtime_rights)
