"""VAT of a period, from entries to the boxes of the CA3: plain arithmetic on cents.

Which account and which rate fill which box is dated data (`data/ca3.yaml`); a box says from which
entries it comes.  The form is the 3310-CA3-SD, its zone codes those of the EDI-TVA messages.
"""
