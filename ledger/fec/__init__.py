"""The FEC (fichier des écritures comptables, LPF art. A47 A-1): read, judge, write.

Plain Python: no Django, no clock, no database.  Bytes come in, records, findings and verdicts
come out, in memory that does not grow with the file.
"""
