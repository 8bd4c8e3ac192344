"""App configuration of the dossiers."""

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    """Dossiers; it tells the kernel how to recompute who may open one, and what the shell shows."""

    name = "clients"
    verbose_name = "Dossiers"

    def ready(self) -> None:
        """Register the access check of jobs, the spaces, the menu and the palette's finder."""
        from clients import access, spaces  # noqa: PLC0415 (models must be loaded)
        from firm import context, jobs, navigation  # noqa: PLC0415

        jobs.register_access(access.scope_for_job)
        context.register_space(spaces.describe)
        navigation.register(spaces.menu)
        navigation.register_finder(spaces.find)
