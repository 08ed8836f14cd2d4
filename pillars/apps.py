"""The pillars app."""

from django.apps import AppConfig


class PillarsConfig(AppConfig):
    name = "pillars"
    default_auto_field = "django.db.models.BigAutoField"
