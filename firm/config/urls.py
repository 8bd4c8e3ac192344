"""The map of the product; apps are named only as strings."""

from django.urls import include, path

urlpatterns = []
