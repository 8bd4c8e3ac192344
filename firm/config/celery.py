"""Celery only wakes jobs; the Job row is the truth, so a lost message costs seconds, no work."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firm.config.settings")

app = Celery("firm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["firm"], related_name="tasks")
