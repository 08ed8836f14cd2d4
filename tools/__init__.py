"""Commands for whoever works on the product; nothing here runs in it."""
