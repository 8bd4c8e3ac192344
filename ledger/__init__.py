"""The books of a dossier: entries, accounts, third parties, invoices, bank, FEC in and out.

Owns everything that carries an amount.  Knows `clients` (whose books) and `firm` (the kernel);
must not know `billing` nor `collaboration`.
"""
