"""Promises proved in full, each a command of its own; the suite runs a small sample of each (test_proofs.py)."""
