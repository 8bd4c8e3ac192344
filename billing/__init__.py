"""The firm bills its own clients (gestion interne); stands on ledger, blind to collaboration."""
