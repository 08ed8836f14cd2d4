"""What the reports app does: freeze the results of a campaign, and have reports made."""
