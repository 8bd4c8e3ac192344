"""Financial statements: what each box of a form is made of, as data, and how balances fill it.

Plain Python: `forms` reads `data/*.yaml`, `fill` puts balances into boxes.  The balances come from
`ledger.queries.financials`.
"""
