"""For each operation on duty, credentials and rulings: what has to be there, who asks, and what they send."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from gongzhi.api.tests.administration_examples import SECURITY, SYSTEM, Asked, clerk
from gongzhi.api.tests.callers import NOON
from gongzhi.dispatch import queries as dispatch
from gongzhi.dispatch.tests.rulings import ruling
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.clock import utc_text
from gongzhi.people import operations as people
from gongzhi.people import queries
from gongzhi.people.queries import AppointmentRow
from gongzhi.people.states import AccountKind, CredentialKind, Post
from gongzhi.scenarios.founding import FOUNDER, GIVES_POWERS
from gongzhi.testing import staff
from gongzhi.testing.moves import MONDAY_9AM

SIMING = "350200/350203"
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
NEEDED = {"act": "case.submit_result", "kind": CredentialKind.ENFORCEMENT.value}


def post_to_take_care_of() -> AppointmentRow:
    """Return the post of a shift leader."""
    return queries.appointments(at=MONDAY_9AM, post=Post.SHIFT_LEADER)[0]


def substitution() -> UUID:
    """Let the clerk, whose version is then 2, act for the shift leader."""
    return people.substitute(
        post_to_take_care_of().uid,
        by_member=clerk(),
        from_at=MONDAY_9AM,
        until_at=NOON + A_DAY,
        grounds="年休假",
        seen=1,
        by=GIVES_POWERS,
        at=MONDAY_9AM,
    )


def credential() -> UUID:
    """Enter a credential of the clerk, whose version is then 2."""
    return people.add_credential(
        clerk(),
        kind=CredentialKind.ENFORCEMENT,
        number="闽D-02-001",
        body="福建省人民政府",
        from_at=MONDAY_9AM,
        until_at=NOON + 30 * A_DAY,
        seen=1,
        by=GIVES_POWERS,
        at=MONDAY_9AM,
    )


def holder(post: str, *, unit: str = "bureau", number: str = "9001") -> Actor:
    """Add somebody in a post that nobody holds in the founded city."""
    person = people.add_member_with_account(
        number, name="吴", username=number, kind=AccountKind.STAFF, by=FOUNDER, at=MONDAY_9AM
    )
    staff.appoint(person, post=post, unit=unit, at=MONDAY_9AM)
    return queries.appointments(at=MONDAY_9AM, post=post, unit=unit)[0].actor()


def night() -> UUID:
    """Declare a night duty that is over by noon."""
    return people.declare_night_duty(
        SIMING,
        from_at=MONDAY_9AM,
        until_at=MONDAY_9AM + AN_HOUR,
        grounds="台风值守",
        by=holder(Post.DUTY_LEADER),
        at=MONDAY_9AM,
    )


def running_night() -> UUID:
    """Declare a night duty that is still running at noon."""
    return people.declare_night_duty(
        SIMING,
        from_at=MONDAY_9AM,
        until_at=NOON + AN_HOUR,
        grounds="台风值守",
        by=holder(Post.DUTY_LEADER),
        at=MONDAY_9AM,
    )


def _substitute() -> Asked:
    said = {
        "member": str(clerk()),
        "from_at": utc_text(NOON),
        "until_at": utc_text(NOON + A_DAY),
        "grounds": "年休假",
    }
    return Asked(SECURITY, path={"appointment": str(post_to_take_care_of().uid)}, seen=1, body=said)


def _substitution(**said: Any) -> Asked:
    return Asked(SECURITY, path={"substitution": str(substitution())}, seen=2, **said)


def _declare() -> Asked:
    holder(Post.DUTY_LEADER)
    said = {
        "area": SIMING,
        "from_at": utc_text(NOON),
        "until_at": utc_text(NOON + AN_HOUR),
        "grounds": "台风值守",
    }
    return Asked(Post.DUTY_LEADER, body=said)


def _night(post: str, uid: UUID, **said: Any) -> Asked:
    return Asked(post, path={"night_duty": str(uid)}, **said)


def _new_credential() -> Asked:
    said = {
        "kind": CredentialKind.ENFORCEMENT.value,
        "number": "闽D-02-002",
        "body": "福建省人民政府",
        "area": SIMING,
        "from_at": utc_text(MONDAY_9AM),
        "until_at": utc_text(NOON + 30 * A_DAY),
    }
    return Asked(SECURITY, path={"member": str(clerk())}, seen=1, body=said)


def _credential(**said: Any) -> Asked:
    return Asked(SECURITY, path={"credential": str(credential())}, seen=2, **said)


def _suspended_credential() -> Asked:
    uid = credential()
    people.suspend_credential(uid, grounds="年审未通过", seen=2, by=GIVES_POWERS, at=MONDAY_9AM)
    return Asked(SECURITY, path={"credential": str(uid)}, seen=3, body={"grounds": "年审已通过"})


def _needed() -> Asked:
    people.put_credential_need(**NEEDED, seen=queries.edition(), by=GIVES_POWERS, at=MONDAY_9AM)
    return Asked(SECURITY, seen=queries.edition(), body=NEEDED)


def _precedent(post: str, **said: Any) -> Asked:
    return Asked(post, path={"precedent": str(ruling().uid)}, **said)


def _rule_of() -> Asked:
    asked = _precedent(SYSTEM, body={"code": "ruling 1", "from_on": date(2026, 12, 1).isoformat()})
    asked.seen = dispatch.edition()
    return asked


def _contract() -> Asked:
    seen = queries.unit("bikes").version
    return Asked(SYSTEM, path={"code": "bikes"}, seen=seen, body={"until_at": utc_text(NOON + 365 * A_DAY)})


ASKED: dict[str, Callable[[], Asked]] = {
    "renew_contract": _contract,
    "list_ending_contracts": lambda: Asked(SYSTEM, query={"within_days": 30}),
    "list_on_duty": lambda: Asked("acceptor", query={"post": "shift_leader"}),
    "list_substitutions": lambda: Asked(SECURITY),
    "substitute_member": _substitute,
    "end_substitution": _substitution,
    "make_substitutes_token": lambda: _substitution(body={"name": "desk"}),
    "list_night_duties": lambda: Asked("leader", query={"limit": 5}),
    "list_night_duties_to_review": lambda: Asked("leader"),
    "declare_night_duty": _declare,
    "read_night_duty": lambda: _night("leader", night()),
    "end_night_duty": lambda: _night(Post.DUTY_LEADER, running_night(), seen=1),
    "review_night_duty": lambda: _night(
        "leader", night(), seen=1, body={"outcome": "proper", "words": "均属紧急，处置得当"}
    ),
    "list_acts_of_night_duty": lambda: _night("leader", night()),
    "list_relaxed_acts": lambda: Asked("leader", path={"on": "2026-11-23"}),
    "list_holdings_of_unit": lambda: Asked(SYSTEM, path={"code": "water"}),
    "list_holdings_of_member": lambda: Asked(SYSTEM, path={"member": str(clerk())}),
    "list_credentials_of_member": lambda: Asked(SECURITY, path={"member": str(clerk())}),
    "add_credential": _new_credential,
    "list_expiring_credentials": lambda: Asked(SECURITY, query={"within_days": 90}),
    "suspend_credential": lambda: _credential(body={"grounds": "年审未通过"}),
    "restore_credential": _suspended_credential,
    "withdraw_credential": lambda: _credential(body={"grounds": "调离执法岗位"}),
    "list_credential_needs": lambda: Asked(SECURITY),
    "put_credential_need": lambda: Asked(SECURITY, seen=queries.edition(), body=NEEDED),
    "end_credential_need": _needed,
    "search_precedents": lambda: Asked("department_desk", query={"text": "单车", "area": SIMING}),
    "read_precedent": lambda: _precedent("handler"),
    "make_rule_of_precedent": _rule_of,
    "end_precedent": lambda: _precedent("shift_leader", seen=1, body={"grounds": "职责已调整"}),
    "erase_grounds_of_precedent": lambda: _precedent(
        "audit_administrator", seen=1, body={"rule": "consent_withdrawn", "grounds": "含个人信息"}
    ),
}
