"""The programme of a review: its cycles, their accounts and their questions, as data.

Plain Python: `programme` reads `data/*.yaml`.  What a year's review says is in
`ledger.queries.review`.
"""
