"""Address of « Notifier les comptables »."""

from django.urls import path

from clients.views import reminders

app_name = "notify"
urlpatterns = [path("dossier/<slug:slug>/notifier/", reminders.notify, name="form")]
