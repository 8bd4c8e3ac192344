"""App configuration of the books."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The books; its job kinds are registered on import."""

    name = "ledger"
    verbose_name = "Comptabilité"

    def ready(self) -> None:
        """Register the kinds of jobs."""
        import ledger.jobs  # noqa: F401, PLC0415 (registration)
