"""Template tags of the frame around every staff page."""
