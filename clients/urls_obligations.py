"""Addresses of the obligations: a dossier's calendar, and the firm's « Échéances »."""

from django.urls import path

from clients.views import obligations

app_name = "obligations"
PAGE = "dossier/<slug:slug>/parametres/obligations/"
FIRM = "cabinet/<slug:firm>/echeances/"
urlpatterns = [
    path(FIRM, obligations.deadlines, name="firm"),
    path(FIRM + "exporter/", obligations.export, name="export"),
    path(PAGE, obligations.calendar, name="page"),
    path(PAGE + "planifier/", obligations.replan, name="plan"),
    path(PAGE + "nouvelle/", obligations.add, name="add"),
    path(PAGE + "<int:pk>/etat/", obligations.decide_one, name="decide"),
    path(PAGE + "<int:pk>/echeance/", obligations.move, name="move"),
    path(PAGE + "<int:pk>/supprimer/", obligations.remove, name="remove"),
]
