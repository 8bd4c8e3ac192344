"""App configuration of the dossiers."""

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    """Dossiers; it tells the kernel how to recompute who may open one, and what the shell shows."""

    name = "clients"
    verbose_name = "Dossiers"

    def ready(self) -> None:
        """Register access to dossiers for jobs and tokens, the spaces, the menu and the finder."""
        import clients.jobs  # noqa: F401, PLC0415 (registration)
        from clients import access, spaces  # noqa: PLC0415 (models must be loaded)
        from clients.actions import digests, obligations  # noqa: PLC0415
        from clients.queries.choices import dossier_choices  # noqa: PLC0415
        from firm import context, job_previews, jobs, navigation, periodic, tokens  # noqa: PLC0415

        periodic.register("digests", digests.send_due)
        periodic.register("obligations", obligations.plan_due)
        periodic.register("previews", job_previews.expire_previews)
        jobs.register_access(access.scope_for_job)
        context.register_space(spaces.describe)
        navigation.register(spaces.menu)
        navigation.register_finder(spaces.find)
        tokens.register_dossiers(dossier_choices)
