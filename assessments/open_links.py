"""The one link for everybody: computed from a server secret, so that its owner can read it again."""

from __future__ import annotations

import base64

from django.utils.crypto import salted_hmac


def open_link_token(campaign_id: int) -> str:
    """Return the token of a campaign's open link: 192 bits of an HMAC under the server's secret key.

    The database keeps only its hash. Whoever changes the secret key ends all open links.
    """
    digest = salted_hmac("assessments.open_link", str(campaign_id), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()
