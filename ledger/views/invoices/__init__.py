"""Views of purchases and sales."""
