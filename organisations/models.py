"""Who takes part: people who sign in, organisations, their tree of units, and who may do what where."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        return self.create_user(email, password, is_superuser=True, is_staff=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail. Respondents are never users: they hold a link."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("operator"), default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_for_each_address")]

    def __str__(self) -> str:
        return self.name or self.email


class Organisation(models.Model):
    class Sector(models.TextChoices):
        BANK = "bank", _("Bank")
        MICROFINANCE = "microfinance", _("Microfinance")
        INSURANCE = "insurance", _("Insurance")
        MOBILE_MONEY = "mobile_money", _("Mobile money")
        COOPERATIVE = "cooperative", _("Cooperative")
        PUBLIC_SERVICE = "public_service", _("Public service")
        OTHER = "other", _("Other")

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(max_length=140, unique=True)
    sector = models.CharField(_("sector"), max_length=20, choices=Sector, default=Sector.OTHER)
    country = models.CharField(_("country"), max_length=80, blank=True)
    is_synthetic = models.BooleanField(default=False)
    """Made by the demo or a simulation: shown as such wherever it appears."""
    shares_benchmark = models.BooleanField(_("takes part in the benchmark"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the organisation's page, which an app above this one shows."""
        return f"{reverse('home')}o/{self.slug}/"


class Unit(models.Model):
    """A department or site. The root is the organisation itself and has no parent; `path` orders the tree."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="units")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="children")
    name = models.CharField(_("name"), max_length=120)
    code = models.CharField(_("code"), max_length=60, blank=True)
    """How an uploaded list names the unit, when that is not its name."""

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="one_unit_for_each_name_in_an_organisation")
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """What a person may do in an organisation. A consultant's is a grant and may end."""

    class Kind(models.TextChoices):
        OWNER = "owner", _("Owner")
        LEADER = "leader", _("Leader")
        CONSULTANT = "consultant", _("Consultant")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    kind = models.CharField(_("role"), max_length=12, choices=Kind)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation", "kind"], name="one_membership_of_each_kind")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}, {self.organisation}"
