"""Document requests, reminders and Outlook mail in the dossier; stands on ledger and clients."""
