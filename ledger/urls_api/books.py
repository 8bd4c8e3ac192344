"""API addresses of books."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
