"""The wiring. Loading it makes the worker's app the current one, so that tasks reach the right broker."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
