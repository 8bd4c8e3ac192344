"""What the shell itself asks for, on every page."""

from django.urls import path

from clients.views import shell

urlpatterns = [
    path("", shell.home, name="home"),
    path("_/palette/", shell.palette, name="palette"),
    path("_/entreprises/", shell.switcher, name="switcher"),
    path("_/travaux/", shell.tray, name="job_tray"),
    path("_/travaux/<int:job_id>/arreter/", shell.cancel_job, name="job_cancel"),
]
