"""How Arabic writes dates and numbers."""
