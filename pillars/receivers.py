"""How the instrument reacts to others: after migrations, the editions that come with the product are published."""

from __future__ import annotations

from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.utils import timezone

from pillars.files import shipped_files
from pillars.operations import publish_edition


@receiver(post_migrate, dispatch_uid="pillars.publish_shipped_editions")
def publish_shipped_editions(*, app_config: object, **_: object) -> None:
    """Publish every shipped file that has no edition yet, once the tables of this app stand."""
    if getattr(app_config, "label", "") != "pillars":
        return
    for path in shipped_files():
        publish_edition(path=path, at=timezone.now())
