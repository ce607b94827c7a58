"""What becomes of a credential, and of a night duty, as tables."""

from __future__ import annotations

from gongzhi.kernel.lifecycle import Lifecycle, move, stay
from gongzhi.people.rules import grounds_given, night_duty_over, outcome_in_words
from gongzhi.people.states import CredentialStatus, NightDutyState, Post

KEEPERS_OF_CREDENTIALS = (Post.LEGAL_OFFICER, Post.SECURITY_ADMINISTRATOR)
READERS_OF_CREDENTIALS = (*KEEPERS_OF_CREDENTIALS, Post.AUDIT_ADMINISTRATOR, Post.LEADER, Post.CONDUCT_INSPECTOR)
READERS_OF_NIGHT_DUTIES = (
    *(Post.DUTY_LEADER, Post.SHIFT_LEADER, Post.LEADER, Post.CONDUCT_INSPECTOR),
    *(Post.EVALUATOR, Post.AUDIT_ADMINISTRATOR),
)

CREDENTIAL = Lifecycle(
    "credential",
    CredentialStatus.VALID,
    move(
        "suspend",
        CredentialStatus.VALID,
        CredentialStatus.SUSPENDED,
        by=KEEPERS_OF_CREDENTIALS,
        needs=[grounds_given],
    ),
    move("restore", CredentialStatus.SUSPENDED, CredentialStatus.VALID, by=KEEPERS_OF_CREDENTIALS),
    move(
        "withdraw",
        (CredentialStatus.VALID, CredentialStatus.SUSPENDED),
        CredentialStatus.WITHDRAWN,
        by=KEEPERS_OF_CREDENTIALS,
        needs=[grounds_given],
    ),
    ends=(CredentialStatus.VALID, CredentialStatus.WITHDRAWN),
)

NIGHT_DUTY = Lifecycle(
    "night_duty",
    NightDutyState.DECLARED,
    stay("end", NightDutyState.DECLARED, by=Post.DUTY_LEADER),
    move(
        "review",
        NightDutyState.DECLARED,
        NightDutyState.REVIEWED,
        by=(Post.LEADER, Post.CONDUCT_INSPECTOR),
        needs=[night_duty_over, outcome_in_words],
    ),
    ends=[NightDutyState.REVIEWED],
)
