"""Intervals, reliability, agreement and gaps: formula, source and a worked example in each docstring."""
