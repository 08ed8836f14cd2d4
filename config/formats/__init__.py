"""How dates and numbers look where Django's own form of a language does not fit: <language>/formats.py."""
