"""Accounts sign in; members hold posts in units; grants say what a post may do."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from gongzhi.audit.models import Aggregate, RecordedQuerySet, RecordedRow
from gongzhi.kernel.ids import new_id


class AccountManager(BaseUserManager["Account"]):
    """Finds the account of somebody who signs in."""

    def get_queryset(self) -> RecordedQuerySet[Account]:
        """Return accounts that cannot be changed many at once."""
        return RecordedQuerySet(self.model, using=self._db)


class Account(Aggregate, AbstractBaseUser):
    """Something that can sign in: staff, a regulated party, or a machine.

    The hash of the password enters the record as a commitment, like a name: nobody who reads the record can guess
    at it, and one that was put in by hand is found.
    """

    stream_kind = "account"
    committed = frozenset({"username", "password"})

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    username = models.CharField(max_length=80, unique=True, null=True)  # noqa: DJ001 - NULL after an erasure
    password = models.CharField(max_length=128, null=True)  # type: ignore[assignment]  # noqa: DJ001 - NULL after an erasure
    kind = models.CharField(max_length=12)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    last_login = None

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["kind"]
    signing_in: ClassVar[AccountManager] = AccountManager()

    def __str__(self) -> str:
        """Return the name with which it signs in."""
        return self.username or ""

    def check_password(self, raw_password: str) -> bool:
        """Whether this is the password. It is not hashed anew on the way: that would change the row unrecorded."""
        return self.password is not None and check_password(raw_password, self.password)


class Unit(Aggregate):
    """A bureau, centre, brigade, squadron, street, community, department or contractor."""

    stream_kind = "unit"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=16)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=150)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, to_field="code", null=True, related_name="below")
    areas = models.JSONField(default=list)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_at=None) | models.Q(until_at__gt=models.F("from_at")),
                name="unit_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        """Return code and name."""
        return f"{self.code} {self.name_zh}"


class Member(Aggregate):
    """A person at work in the city's management."""

    stream_kind = "member"
    committed = frozenset({"name"})

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    account = models.OneToOneField(Account, on_delete=models.PROTECT, to_field="uid", null=True, related_name="member")
    name = models.CharField(max_length=80, null=True)  # noqa: DJ001 - NULL after an erasure is not an empty name
    number = models.CharField(max_length=40, unique=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return the staff number."""
        return self.number


class Appointment(RecordedRow):
    """A member's post in a unit, from a time until a time. Members may hold several."""

    stream_kind = "member"
    stream_column = "member_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, to_field="uid", related_name="appointments")
    post = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, to_field="code", related_name="appointments")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["member", "post", "unit"], name="appointment_lookup")]

    def __str__(self) -> str:
        """Return post and unit."""
        return f"{self.post}@{self.unit_id}"


class AccessToken(RecordedRow):
    """A member's, a script's or a machine's key to the API; it acts in one appointment of its member.

    Only its hash is kept, here and in the record: of 256 random bits nobody finds the token again.
    """

    stream_kind = "member"
    stream_column = "member_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, to_field="uid", related_name="tokens")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, to_field="uid", related_name="tokens")
    hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return the token's name, never the token."""
        return self.name


class PolicyGrant(models.Model):
    """One line of the policy table: post × act × scope."""

    post = models.CharField(max_length=40)
    act = models.CharField(max_length=80)
    scope = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "act"], name="one_grant_per_post_and_act")]

    def __str__(self) -> str:
        """Return the line."""
        return f"{self.post} may {self.act} ({self.scope})"
