"""Template tags of the design system: `{% load ui formats %}` gives all of them."""
