"""Plans of depreciation and of cut-offs, and the data that they start from: plain Python.

Amounts are integer cents; days are included on both ends.
"""
