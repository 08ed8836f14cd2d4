"""What the backstage tells the other apps."""

from django.dispatch import Signal

minute_passed = Signal()
"""Sent by the scheduler about once a minute with `at`. With several schedulers it is sent by each: what
receives it makes its change by one conditional update."""
