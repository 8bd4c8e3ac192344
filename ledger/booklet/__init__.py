"""The plaquette: the statements of a year as a document to hand to a client.

`content` gathers what it says, `pdf` lays it out, `sheets` gives the same as a workbook.
"""
