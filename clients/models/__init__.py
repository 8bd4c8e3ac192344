"""Dossiers, who may open them, what their accounts have, and their counters."""

from clients.models.access import AccessRequest, DossierGrant, FirmInvitation, OwnershipTransfer
from clients.models.accounts import Contact, LockException, PlanPrice, PlanSubscription
from clients.models.base_imports import BaseImport
from clients.models.deletions import DossierDeletion
from clients.models.disconnections import Disconnection
from clients.models.documents import Document
from clients.models.dossiers import Dossier, DossierUserObjectPermission
from clients.models.merges import DossierMerge
from clients.models.obligations import Obligation, TaxProfile
from clients.models.stats import DossierStats

__all__ = [
    "AccessRequest",
    "BaseImport",
    "Contact",
    "Disconnection",
    "Document",
    "Dossier",
    "DossierDeletion",
    "DossierGrant",
    "DossierMerge",
    "DossierStats",
    "DossierUserObjectPermission",
    "FirmInvitation",
    "LockException",
    "Obligation",
    "OwnershipTransfer",
    "PlanPrice",
    "PlanSubscription",
    "TaxProfile",
]
