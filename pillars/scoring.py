"""Answers to scores and levels. Never Django, the database or the clock."""
