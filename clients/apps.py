"""App configuration of the dossiers."""

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    """Dossiers; it tells the job engine how to recompute who may open one."""

    name = "clients"
    verbose_name = "Dossiers"

    def ready(self) -> None:
        """Register the access check of jobs."""
        from clients import access  # noqa: PLC0415 (models must be loaded)
        from firm import jobs  # noqa: PLC0415

        jobs.register_access(access.scope_for_job)
