"""Addresses of the import of the client base."""

from django.urls import path

from clients.views import base_imports

app_name = "base"
urlpatterns = [
    path("cabinet/<slug:firm>/clients/importer/", base_imports.imports, name="list"),
    path("cabinet/<slug:firm>/clients/importer/modele/", base_imports.model, name="template"),
    path("cabinet/<slug:firm>/clients/importer/<int:pk>/", base_imports.one, name="one"),
    path(
        "cabinet/<slug:firm>/clients/importer/<int:pk>/confirmer/",
        base_imports.confirm,
        name="confirm",
    ),
    path(
        "cabinet/<slug:firm>/clients/importer/<int:pk>/abandonner/", base_imports.drop, name="drop"
    ),
    path(
        "cabinet/<slug:firm>/clients/importer/<int:pk>/resultat/",
        base_imports.outcome,
        name="outcome",
    ),
]
