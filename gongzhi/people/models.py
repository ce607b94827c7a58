"""Accounts sign in; members hold posts in units; grants say what a post may do."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from gongzhi.audit.models import Aggregate, RecordedQuerySet, RecordedRow
from gongzhi.kernel.ids import new_id
from gongzhi.people.states import CredentialStatus, NightDutyState, ReviewOutcome, UnitKind


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
    password_is_own = models.BooleanField(default=False)
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


class SecondFactor(RecordedRow):
    """An authenticator app that an account signs in with beside its password, from a time until a time.

    The secret is encrypted and bound to this row. It stays outside the record, where it could be read for ever; one
    that was put in by hand does not open without the installation's key.
    """

    stream_kind = "account"
    stream_column = "account_id"
    not_folded: ClassVar[dict[str, str]] = {
        "sealed": "the encrypted secret, which is deleted when the factor ends; it opens only in its own row"
    }

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, to_field="uid", related_name="second_factors")
    sealed = models.BinaryField(null=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(until_at=None), name="one_second_factor_per_account"
            ),
            models.CheckConstraint(
                condition=models.Q(until_at=None) | models.Q(sealed=None), name="an_ended_factor_keeps_no_secret"
            ),
        ]

    def __str__(self) -> str:
        """Return since when, never the secret."""
        return f"second factor since {self.from_at:%Y-%m-%d}"


class UsedCode(models.Model):
    """The last code that a second factor accepted, as the number of its half minute: none is accepted twice."""

    factor = models.OneToOneField(
        SecondFactor, on_delete=models.PROTECT, to_field="uid", related_name="used_code", db_column="factor_uid"
    )
    step = models.BigIntegerField()

    def __str__(self) -> str:
        """Return the number of the half minute."""
        return str(self.step)


class FailedSignIn(models.Model):
    """How often one name, one network address, or one at the other failed to sign in lately, and until when it is shut.

    All are kept as keyed digests: a name that no account has is counted like any other, and nobody reads here who
    tried.
    """

    of = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)
    count = models.PositiveIntegerField(default=0)
    from_at = models.DateTimeField()
    shut_until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "digest"], name="one_tally_per_name_or_address")]
        indexes = [models.Index(fields=["from_at"], name="failed_sign_in_age")]

    def __str__(self) -> str:
        """Return what is counted and how often."""
        return f"{self.of} {self.count}"


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
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, to_field="code", null=True, related_name="took_over_from"
    )
    contract_from_at = models.DateTimeField(null=True)
    contract_until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_at=None) | models.Q(until_at__gt=models.F("from_at")),
                name="unit_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(contract_until_at=None)
                | models.Q(contract_until_at__gt=models.F("contract_from_at"), kind=UnitKind.CONTRACTOR.value),
                name="contract_of_a_contractor_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(successor=None) | models.Q(until_at__isnull=False),
                name="only_an_ended_unit_has_a_successor",
            ),
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


class Substitution(RecordedRow):
    """A member acts in another's post from a time until a time, and the record names both."""

    stream_kind = "member"
    stream_column = "member_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, to_field="uid", related_name="substitutions")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, to_field="uid", related_name="substitutions")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_at__gte=models.F("from_at")), name="substitution_ends_not_before_it_begins"
            )
        ]
        indexes = [models.Index(fields=["member", "until_at"], name="substitution_lookup")]

    def __str__(self) -> str:
        """Return whose post it is that is taken care of."""
        return f"{self.member_id} for {self.appointment_id}"


class AccessToken(RecordedRow):
    """A member's, a script's or a machine's key to the API; it acts in one appointment of its member.

    A substitute's token names the substitution besides, and the appointment is that of the member who is away. Only
    its hash is kept, here and in the record: of 256 random bits nobody finds the token again.
    """

    stream_kind = "member"
    stream_column = "member_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, to_field="uid", related_name="tokens")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, to_field="uid", related_name="tokens")
    substitution = models.ForeignKey(
        Substitution, on_delete=models.PROTECT, to_field="uid", null=True, related_name="tokens"
    )
    hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return the token's name, never the token."""
        return self.name


class StaffSession(Aggregate):
    """Somebody signed in at a browser: from when, until when at the latest, and in which post.

    `until_at` moves to the instant at which it is ended earlier. A substitute's names the substitution besides, and the
    appointment is that of the member who is away, as with a token.
    """

    stream_kind = "session"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, to_field="uid", related_name="sessions")
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, to_field="uid", null=True, related_name="sessions"
    )
    substitution = models.ForeignKey(
        Substitution, on_delete=models.PROTECT, to_field="uid", null=True, related_name="sessions"
    )
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_at__gte=models.F("from_at")), name="session_ends_not_before_it_begins"
            ),
            models.CheckConstraint(
                condition=models.Q(substitution=None) | models.Q(appointment__isnull=False),
                name="a_substitute_signs_in_to_a_post",
            ),
        ]
        indexes = [models.Index(fields=["account", "until_at"], name="session_of_account")]

    def __str__(self) -> str:
        """Return since when."""
        return f"signed in since {self.from_at:%Y-%m-%d %H:%M}"


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


class CredentialNeed(models.Model):
    """One line of the policy table's second part: whoever does this act holds a credential of this kind."""

    act = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "kind"], name="one_need_per_act_and_kind")]

    def __str__(self) -> str:
        """Return the line."""
        return f"{self.act} needs {self.kind}"


class Credential(RecordedRow):
    """A paper that lets a member do what not everybody may: who gave it, for what, where and how long."""

    stream_kind = "member"
    stream_column = "member_id"
    committed = frozenset({"number"})

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, to_field="uid", related_name="credentials")
    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=60, null=True)  # noqa: DJ001 - NULL after an erasure
    body = models.CharField(max_length=100)
    field = models.CharField(max_length=100, default="", blank=True)
    area = models.CharField(max_length=120, default="", blank=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    status = models.CharField(max_length=12, default=CredentialStatus.VALID.value)
    status_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="one_credential_per_kind_and_number"),
            models.CheckConstraint(
                condition=models.Q(until_at__gt=models.F("from_at")), name="credential_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=[one.value for one in CredentialStatus]), name="credential_status_known"
            ),
        ]
        indexes = [models.Index(fields=["until_at", "status"], name="credential_expiry")]

    def __str__(self) -> str:
        """Return kind and status, never the number."""
        return f"{self.kind} {self.status}"


class NightDuty(Aggregate):
    """Hours in which, in an area, urgent matters may lie in fewer hands; somebody else looks back upon them."""

    stream_kind = "night_duty"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    area = models.CharField(max_length=120)
    declared_by = models.CharField(max_length=40)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    state = models.CharField(max_length=12, default=NightDutyState.DECLARED.value)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=40, default="", blank=True)
    outcome = models.CharField(max_length=12, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_at__gte=models.F("from_at")), name="night_duty_ends_not_before_it_begins"
            ),
            models.CheckConstraint(
                condition=models.Q(state=NightDutyState.DECLARED.value, outcome="")
                | models.Q(state=NightDutyState.REVIEWED.value, outcome__in=[one.value for one in ReviewOutcome]),
                name="night_duty_reviewed_with_an_outcome",
            ),
        ]
        indexes = [models.Index(fields=["until_at"], name="night_duty_span")]

    def __str__(self) -> str:
        """Return area and state."""
        return f"{self.area} {self.state}"


class RelaxedAct(RecordedRow):
    """One act that was done under a night duty by hands that would have been kept apart by day."""

    stream_kind = "night_duty"
    stream_column = "night_duty_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    night_duty = models.ForeignKey(NightDuty, on_delete=models.PROTECT, to_field="uid", related_name="relaxed_acts")
    act = models.CharField(max_length=80)
    about = models.CharField(max_length=120)
    crossed = models.JSONField(default=list)
    member = models.CharField(max_length=40)
    on_behalf_of = models.CharField(max_length=40, default="", blank=True)
    post = models.CharField(max_length=40, default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="relaxed_act_day")]

    def __str__(self) -> str:
        """Return the act and what it was about."""
        return f"{self.act} on {self.about}"
