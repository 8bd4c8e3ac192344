"""The map of the product; apps are named only as strings."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from firm.access import public
from firm.views import api_docs, system

urlpatterns = [
    path("healthz", public(system.healthz)),
    path("ui/", system.ui_page, name="ui"),
    path("", include("firm.urls_account")),
    path("", include("clients.urls_shell")),
    path("", include("clients.urls")),
    path("", include("clients.urls_base")),
    path("", include("clients.urls_digests")),
    path("", include("clients.urls_locks")),
    path("", include("clients.urls_notify")),
    path("", include("clients.urls_obligations")),
    path("", include("clients.urls_accounts")),
    path("", include("clients.urls_people")),
    path("", include("ledger.urls")),
    path("api/schema/", public(SpectacularAPIView.as_view()), name="schema"),
    path("api/docs/", api_docs.api_docs, name="api_docs"),
    path("api/", include("clients.urls_api")),
    path("api/", include("ledger.urls_api")),
]
