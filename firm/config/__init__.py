"""The Django project: settings, URLs and Celery; it names apps only as strings."""

from firm.config.celery import app as celery_app

__all__ = ["celery_app"]
