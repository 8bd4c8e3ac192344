"""The firm's workspace and the kernel that every app stands on.

Owns people, rights, tokens, jobs, the audit trail, outgoing mail, tenancy and the project's
configuration.  It must know nothing of dossiers, ledgers, requests or bills: it names apps above
it only as strings in `firm.config`.
"""
