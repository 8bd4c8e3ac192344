"""Firms, people, and what joins them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Now


class UserManager(BaseUserManager["User"]):
    """Users are known by their e-mail address, lower-case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person; without a password nobody can sign in as him until he sets one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Look up by address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person, with one login for all his hats.  Outside row-level security."""

    email = models.EmailField("adresse e-mail", unique=True)
    name = models.CharField("nom", max_length=150)
    is_active = models.BooleanField("actif", default=True, db_default=True)
    is_staff = models.BooleanField("exploitant", default=False, db_default=False)
    single_keys = models.BooleanField("raccourcis à une lettre", default=True, db_default=True)
    date_joined = models.DateTimeField(db_default=Now())

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=models.functions.Lower("email")),
                name="email_is_lower_case",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name shown on screens."""
        return self.name or self.email

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        words = [word for word in self.get_full_name().replace("-", " ").split() if word]
        return "".join(
            word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)
        ).upper()


class Firm(models.Model):
    """An accounting firm: the workspace that owns dossiers.  An access table.

    `plan` is what the platform lets it use; only the command `firm_plan` changes it.
    """

    class Plan(models.TextChoices):
        """« Offre Cabinet Comptable »: its subscription, or none."""

        ACCOUNTING = "accounting", "Comptabilité"
        NONE = "none", "Sans abonnement"

    name = models.CharField("nom", max_length=200)
    slug = models.SlugField(max_length=60, unique=True)
    siren = models.CharField(max_length=9, blank=True, db_default="")
    plan = models.CharField(
        "abonnement", max_length=12, choices=Plan.choices,
        default=Plan.ACCOUNTING, db_default=Plan.ACCOUNTING,
    )  # fmt: skip
    has_client_accounts = models.BooleanField("comptes clients", default=False, db_default=False)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name

    @property
    def opens_client_accounts(self) -> bool:
        """Whether the module is switched on and belongs to the firm's plan."""
        return self.has_client_accounts and self.plan == self.Plan.ACCOUNTING


class Membership(models.Model):
    """A person works for a firm.  An access table.

    `sees_all` says whether every dossier that is not confidential opens to him; it follows from the
    role, and from the custom role's reach.
    """

    class Role(models.TextChoices):
        """What he may do there; the rights are in `clients/permissions.yaml`."""

        OWNER = "owner", "Propriétaire"
        ADMIN = "admin", "Administrateur"
        STAFF_ALL = "staff_all", "Collaborateur tous dossiers"
        STAFF = "staff", "Collaborateur"
        CUSTOM = "custom", "Rôle personnalisé"

    SEES_ALL = (Role.OWNER, Role.ADMIN, Role.STAFF_ALL)

    firm = models.ForeignKey(Firm, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    custom_role = models.ForeignKey(
        "firm.CustomRole", models.RESTRICT, null=True, blank=True, related_name="memberships"
    )
    sees_all = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm", "user"], name="one_membership_per_person"),
            models.CheckConstraint(
                condition=models.Q(role__in=["owner", "admin", "staff_all", "staff", "custom"]),
                name="membership_role_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(role="custom", custom_role__isnull=False)
                | ~models.Q(role="custom") & models.Q(custom_role__isnull=True),
                name="membership_custom_role_is_named",
            ),
            models.CheckConstraint(
                condition=models.Q(role="custom")
                | models.Q(role="staff", sees_all=False)
                | models.Q(role__in=["owner", "admin", "staff_all"], sees_all=True),
                name="membership_reach_follows_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} @ {self.firm_id}: {self.role}"

    @property
    def role_label(self) -> str:
        """The role's French name; a custom role's own."""
        return self.custom_role.name if self.custom_role else self.get_role_display()


class ApiToken(models.Model):
    """A bearer token that a person made for himself; only its SHA-256 is stored."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField("nom", max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12)
    scopes = models.JSONField(default=list, db_default=[])
    dossiers = models.JSONField(default=list, db_default=[])
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField("expire le", null=True, blank=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
