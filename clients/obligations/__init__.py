"""The calendar of what a dossier files and pays: dated rules (`rules.yaml`) and pure arithmetic.

No database and no clock: whoever asks says what the dossier is and which days are wanted.
"""
