"""The backstage app."""

from importlib import import_module

from django.apps import AppConfig


class BackstageConfig(AppConfig):
    name = "backstage"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("backstage.receivers")
