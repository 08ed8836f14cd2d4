"""The pillars app."""

from django.apps import AppConfig


class PillarsConfig(AppConfig):
    name = "pillars"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pillars import receivers  # noqa: F401, PLC0415  connected when the app registry is ready
