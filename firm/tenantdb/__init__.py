"""Django's PostgreSQL engine, taught the scope and composite tenant keys."""
