"""Template tags of the books."""
