"""Tables of the firm's workspace and of the kernel."""

from firm.models.answers import KeptAnswer
from firm.models.audit import AuditEvent, AuditSeal
from firm.models.invitations import Invitation
from firm.models.jobs import Job, JobItem
from firm.models.mail import OutgoingEmail
from firm.models.notifications import DigestPreference, Notification
from firm.models.people import ApiToken, Firm, Membership, User
from firm.models.roles import Block, CustomRole
from firm.models.setup import SavedView, SetupStep

__all__ = [
    "ApiToken",
    "AuditEvent",
    "AuditSeal",
    "Block",
    "CustomRole",
    "DigestPreference",
    "Firm",
    "Invitation",
    "Job",
    "JobItem",
    "KeptAnswer",
    "Membership",
    "Notification",
    "OutgoingEmail",
    "SavedView",
    "SetupStep",
    "User",
]
