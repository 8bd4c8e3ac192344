"""Dossiers, who may open them, what their accounts have, and their counters."""

from clients.models.access import AccessRequest, DossierGrant, FirmInvitation, OwnershipTransfer
from clients.models.accounts import Contact, LockException, PlanSubscription
from clients.models.dossiers import Dossier, DossierUserObjectPermission
from clients.models.stats import DossierStats

__all__ = [
    "AccessRequest",
    "Contact",
    "Dossier",
    "DossierGrant",
    "DossierStats",
    "DossierUserObjectPermission",
    "FirmInvitation",
    "LockException",
    "OwnershipTransfer",
    "PlanSubscription",
]
