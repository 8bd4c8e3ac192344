"""Names of the jobs over many dossiers, and of those that take them back."""

DISCONNECT, LOCK, ASSIGN = "clients.disconnect_many", "clients.lock_many", "clients.assign_many"
UNLOCK, UNASSIGN = "clients.lock_many_undo", "clients.assign_many_undo"
