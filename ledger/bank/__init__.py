"""Bank statements as banks write them: CAMT.053, OFX, tables; and where they are fetched.

Reading is plain Python over bytes: no database, no clock.  A fault of the data is a value with its
line; only a file that is no statement at all is refused.
"""
