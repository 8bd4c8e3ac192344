"""Tables of the firm's workspace and of the kernel."""

from firm.models.audit import AuditEvent, AuditSeal
from firm.models.jobs import Job, JobItem
from firm.models.mail import OutgoingEmail
from firm.models.people import ApiToken, Firm, Membership, User

__all__ = [
    "ApiToken",
    "AuditEvent",
    "AuditSeal",
    "Firm",
    "Job",
    "JobItem",
    "Membership",
    "OutgoingEmail",
    "User",
]
