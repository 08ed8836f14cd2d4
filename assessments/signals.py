"""What other apps may react to. Sent after commit, with ids only."""

from django.dispatch import Signal

# Sent with `campaign_id` when a campaign has been closed and its responses rewritten.
campaign_closed = Signal()
