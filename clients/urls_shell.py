"""What the shell itself asks for, on every page."""

from django.urls import path

from clients.views import portfolio

urlpatterns = [
    path("", portfolio.home, name="home"),
    path("_/palette/", portfolio.palette, name="palette"),
    path("_/entreprises/", portfolio.switcher, name="switcher"),
    path("_/travaux/", portfolio.tray, name="job_tray"),
    path("_/travaux/<int:job_id>/arreter/", portfolio.cancel_job, name="job_cancel"),
]
