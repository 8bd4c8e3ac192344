"""Rules of an accounting review: texts, thresholds and the SQL that finds what breaks each of them.

Plain Python; the queries run them (`ledger.queries.anomalies`).
"""
