"""The dossiers of the firm's clients: who may open them, their data, their portfolio.

It knows the firm below it and must know nothing of ledgers, mail or bills.
"""
