"""App configuration of the books."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The books: its kinds of jobs and its menu are registered when the process starts."""

    name = "ledger"
    verbose_name = "Comptabilité"

    def ready(self) -> None:
        """Register the kinds of jobs, the menu and what the palette finds in a dossier."""
        import ledger.actions.book_guards  # noqa: PLC0415 (registration)
        import ledger.jobs  # noqa: F401, PLC0415 (registration)
        from clients.actions.documents import register_use  # noqa: PLC0415
        from clients.actions.dossiers import follow_takeover  # noqa: PLC0415
        from firm import deep_checks, navigation, periodic  # noqa: PLC0415
        from ledger import spaces  # noqa: PLC0415
        from ledger.actions import anchors, bulk_purge  # noqa: PLC0415
        from ledger.actions.bank_links import poll_due  # noqa: PLC0415
        from ledger.actions.bank_transactions import transaction_of  # noqa: PLC0415
        from ledger.actions.entry_documents import entry_of  # noqa: PLC0415
        from ledger.actions.invoice_documents import invoice_of  # noqa: PLC0415
        from ledger.actions.takeover import refresh_flags  # noqa: PLC0415
        from ledger.doctor import chains, sums  # noqa: PLC0415
        from ledger.views.books.search import find_in_books  # noqa: PLC0415

        deep_checks.register_deep("Sommes des écritures", sums)
        deep_checks.register_deep("Chaîne des écritures validées", chains)
        periodic.register("bank", poll_due)
        follow_takeover(refresh_flags)
        register_use(invoice_of)
        register_use(transaction_of)
        periodic.register("anchors", anchors.start_due)
        register_use(entry_of)
        periodic.register("bins", bulk_purge.start_due)
        navigation.register(spaces.menu)
        navigation.register_finder(find_in_books)
