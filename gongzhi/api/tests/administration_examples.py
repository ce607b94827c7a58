"""For each operation of administration: what has to be there, who asks, and what they send so that it answers 2xx."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pyotp

from gongzhi.calendars import queries as calendars
from gongzhi.dispatch import queries as dispatch
from gongzhi.norms import queries as norms
from gongzhi.parameters import queries as parameters
from gongzhi.people import operations as people
from gongzhi.people import queries
from gongzhi.people.states import AccountKind, Post
from gongzhi.places import queries as places
from gongzhi.scenarios.founding import FOUNDER, GIVES_POWERS
from gongzhi.testing import moves, staff
from gongzhi.testing.moves import MONDAY_9AM

SYSTEM, SECURITY = Post.SYSTEM_ADMINISTRATOR, Post.SECURITY_ADMINISTRATOR


@dataclass
class Asked:
    """Who asks about what, having seen which version, and what they send."""

    post: str
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    seen: int | None = None


def clerk() -> UUID:
    """Add somebody with an account and no post; the version is 1."""
    return people.add_member_with_account(
        "8001", name="陈小明", username="chen", kind=AccountKind.STAFF, by=FOUNDER, at=MONDAY_9AM
    )


def _member(post: str, **said: Any) -> Asked:
    return Asked(post, path={"member": str(clerk())}, **said)


def _appointment(**said: Any) -> Asked:
    appointment = staff.appoint(clerk(), post=Post.ACCEPTOR, unit="centre", at=MONDAY_9AM)
    return Asked(SECURITY, path={"appointment": str(appointment)}, seen=2, **said)


def _token() -> Asked:
    appointment = staff.appoint(clerk(), post=Post.ACCEPTOR, unit="centre", at=MONDAY_9AM)
    kept = queries.token(staff.token(appointment, at=MONDAY_9AM))
    return Asked(SECURITY, path={"token": str(kept.uid)}, seen=3)


def _account(**said: Any) -> Asked:
    clerk()
    return Asked(SECURITY, path={"account": str(queries.account_named("chen").uid)}, **said)


def _closed_account() -> Asked:
    asked = _account(seen=2)
    people.close_account(UUID(asked.path["account"]), seen=1, by=GIVES_POWERS, at=MONDAY_9AM)
    return asked


def _account_with_authenticator() -> Asked:
    asked = _account(body={"grounds": "手机遗失"})
    uid = UUID(asked.path["account"])
    people.set_password(uid, "八月桂花香满园2026", seen=1, by=GIVES_POWERS, at=MONDAY_9AM)
    pending = people.sign_in("chen", "八月桂花香满园2026", sender="192.0.2.1", at=MONDAY_9AM)
    if not isinstance(pending, people.Pending):
        raise TypeError("staff sign in with an authenticator")
    secret = people.new_secret()
    code = pyotp.TOTP(secret).at(MONDAY_9AM)
    people.sign_in_with_new_factor(pending, secret, code, sender="192.0.2.1", at=MONDAY_9AM)
    return replace(asked, seen=queries.account(uid).version)


def _policy(**said: Any) -> Asked:
    return Asked(SECURITY, seen=queries.edition(), **said)


def _norms(**said: Any) -> Asked:
    return Asked(SYSTEM, seen=norms.edition(), **said)


def _calendars(**said: Any) -> Asked:
    return Asked(SYSTEM, seen=calendars.edition(), **said)


UNIT = {
    "code": "squadron-1",
    "kind": "squadron",
    "name_zh": "第一中队",
    "name_en": "First squadron",
    "parent": "bureau-350203",
    "areas": ["350200/350203"],
}
RULE = {
    "code": "evening vendors",
    "unit_code": moves.SIMING_BUREAU,
    "class_prefix": moves.STREET_VENDOR,
    "from_time": "18:00",
    "until_time": "02:00",
    "from_on": "2026-12-01",
}
CATALOGUE = {
    "standard_ref": "DB3502/T 1-2026",
    "from_on": "2026-12-01",
    "classes": [
        {
            "kind": "event",
            "major_code": "09",
            "major_zh": "街面秩序",
            "major_en": "Street order",
            "minor_code": "801",
            "zh": "无人机表演",
            "en": "Drone show",
            "is_local_extension": True,
        }
    ],
}
CONDITION = {
    "class_key": moves.STREET_VENDOR,
    "code": "event-vendor-9",
    "number": 9,
    "zh": "夜间占道",
    "en": "Occupies the road at night",
    "closing_zh": "已离开",
    "closing_en": "Has left",
    "limit": "work_hour:4",
    "source": "厦门市城管局 2026",
    "check_from": "18:00",
    "check_until": "23:00",
    "from_on": "2026-12-01",
}
STAGE_LIMIT = {
    "stage": "accept",
    "area_class": "A",
    "clock": "continuous",
    "length_s": 3600,
    "source": "厦门市城管局 2026",
    "from_on": "2026-12-01",
}
CALENDAR = {
    "key": "night",
    "name_zh": "夜班",
    "name_en": "Night shift",
    "seasons": [
        {
            "from_month_day": "01-01",
            "until_month_day": "01-01",
            "periods": [{"starts_at": "20:00", "ends_at": "04:00"}],
        }
    ],
    "day_table": "",
}
HOLIDAY = {"on": "2026-12-24", "kind": "rest", "name_zh": "台风停工", "name_en": "Typhoon"}
DIVISIONS = {
    "source": "民政局 2026",
    "crs": "cgcs2000",
    "divisions": {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[118.08, 24.45], [118.09, 24.45], [118.09, 24.46], [118.08, 24.45]]],
                },
                "properties": {
                    "code": "350203999",
                    "level": "street",
                    "name_zh": "示意街道",
                    "name_en": "A street drawn for a test",
                    "parent": "350203",
                    "from_on": "2026-12-01",
                    "schematic": True,
                },
            }
        ],
    },
}
NEXT_WEEK = (MONDAY_9AM + timedelta(days=7)).isoformat().replace("+00:00", "Z")

ASKED: dict[str, Callable[[], Asked]] = {
    "add_unit": lambda: Asked(SYSTEM, body=UNIT),
    "read_unit": lambda: Asked(SYSTEM, path={"code": "water"}),
    "end_unit": lambda: Asked(SYSTEM, path={"code": "water"}, seen=queries.unit("water").version),
    "list_members": lambda: Asked(Post.AUDIT_ADMINISTRATOR, query={"limit": 3}),
    "add_member": lambda: Asked(SYSTEM, body={"number": "8002", "name": "林小雨"}),
    "read_member": lambda: _member(SECURITY),
    "rename_member": lambda: _member(SYSTEM, seen=1, body={"name": "陈大明"}),
    "end_member": lambda: _member(SYSTEM, seen=1),
    "appoint_member": lambda: _member(
        SECURITY, seen=1, body={"post": "acceptor", "unit": "centre", "until_at": NEXT_WEEK}
    ),
    "end_appointment": _appointment,
    "list_tokens": lambda: _member(SECURITY),
    "make_token": lambda: _appointment(body={"name": "desk", "until_at": NEXT_WEEK}),
    "end_token": _token,
    "read_account": _account,
    "close_account": lambda: _account(seen=1),
    "reopen_account": _closed_account,
    "set_password": lambda: _account(seen=1, body={"password": "八月桂花香满园2026"}),
    "end_second_factor": _account_with_authenticator,
    "list_policy": lambda: Asked(SECURITY),
    "put_grant": lambda: _policy(body={"post": "night_clerk", "act": "case.accept", "scope": "area"}),
    "end_grant": lambda: _policy(body={"post": "shift_leader", "act": "case.void"}),
    "seed_policy": _policy,
    "explain_power": lambda: Asked(SECURITY, query={"act": "case.submit_result", "unit": moves.SIMING_BUREAU}),
    "list_parameters": lambda: Asked("acceptor"),
    "set_parameter": lambda: Asked(
        SYSTEM, path={"name": "duplicate_radius_m"}, seen=parameters.edition(), body={"value": 60}
    ),
    "list_dispatch_rules": lambda: Asked("dispatcher"),
    "put_dispatch_rules": lambda: Asked(SYSTEM, seen=dispatch.edition(), body={"rules": [RULE]}),
    "load_catalogue": lambda: _norms(body=CATALOGUE),
    "put_condition": lambda: _norms(body=CONDITION),
    "end_condition": lambda: _norms(body={"code": moves.VENDOR_BY_DAY, "until_on": "2027-01-01"}),
    "list_stage_limits": lambda: Asked("leader", query={"area_class": "A"}),
    "put_stage_limit": lambda: _norms(body=STAGE_LIMIT),
    "end_stage_limit": lambda: _norms(body={"stage": "review", "until_on": "2027-01-01"}),
    "list_calendars": lambda: Asked("acceptor"),
    "define_calendar": lambda: _calendars(body=CALENDAR),
    "read_day": lambda: Asked("acceptor", path={"on": "2026-10-01"}),
    "set_day": lambda: _calendars(body=HOLIDAY),
    "enter_days": lambda: _calendars(body={"years": [2027], "library": "weekends"}),
    "confirm_years": lambda: _calendars(body={"years": [2026], "notice": "国办发明电〔2025〕9号"}),
    "import_divisions": lambda: Asked(SYSTEM, seen=places.edition(), body=DIVISIONS),
}
