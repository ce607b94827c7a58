"""Founding a city from a pack: divisions, calendars, norms, units, powers, rules; for a demo also invented people."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from gongzhi.audit.operations import recording_as
from gongzhi.audit.states import Origin
from gongzhi.calendars import operations as calendars
from gongzhi.calendars import queries as calendar_queries
from gongzhi.calendars.states import DaySource
from gongzhi.dispatch import operations as dispatch
from gongzhi.dispatch import queries as dispatch_queries
from gongzhi.dispatch.rules import Rule
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.norms import operations as norm_operations
from gongzhi.norms import queries as norms
from gongzhi.notices import operations as notices
from gongzhi.notices import queries as notice_queries
from gongzhi.parameters import operations as parameters
from gongzhi.parameters import queries as parameter_queries
from gongzhi.parameters.queries import city, city_or_none
from gongzhi.people import operations as people
from gongzhi.people import queries as people_queries
from gongzhi.people.states import AccountKind, Post
from gongzhi.places import operations as places
from gongzhi.places import queries as place_queries
from gongzhi.scenarios.packs import Pack, PackPerson

FOUNDER = Actor(id="founder", kind=ActorKind.MACHINE, post=Post.SYSTEM_ADMINISTRATOR)
GIVES_POWERS = replace(FOUNDER, post=Post.SECURITY_ADMINISTRATOR)
IMPORTER = Actor(id="importer", kind=ActorKind.MACHINE, post=Post.IMPORTER)

Progress = Callable[[str], None]
STEPS = 6


@dataclass(frozen=True, slots=True)
class Access:
    """An invented account of the demo: who it is, the post it acts in, and its token for the API."""

    username: str
    post: str
    unit: str
    token: str


def found(pack: Pack, *, at: datetime, with_people: bool, progress: Progress = lambda step: None) -> bool:
    """Found the city of this database, all or nothing; return False when it was founded before.

    Tokens are kept in a file after the database has them. Where that did not come about, doing it again makes new ones.

    Args:
        pack: what the city is founded from.
        at: the instant of founding.
        with_people: whether to add the pack's invented members, for a demo.
        progress: called with the name of each step.

    Raises: AnotherCity when the home holds another city.
    """
    if founded_before(pack.key):
        if with_people and city().is_demo and not _access_file().exists():
            with recording_as(Origin.SEED):
                _keep_access(_access_again(at=at))
        return False
    access: list[Access] = []
    with recording_as(Origin.SEED), transaction.atomic():
        _found_city(pack, at=at, is_demo=with_people)
        for name, step in _steps(pack):
            progress(name)
            step(at)
        if with_people:
            progress("people")
            access = [one for person in pack.people for one in _add_person(person, at=at)]
    if access:
        _keep_access(access)
    return True


def founded_before(key: str) -> bool:
    """Whether this database holds the city of this key already.

    Raises: AnotherCity when it holds another one.
    """
    existing = city_or_none()
    if existing is not None and existing.key != key:
        raise parameters.AnotherCity(wanted=key, found=existing.key)
    return existing is not None


def demo_access() -> list[Access]:
    """Return the invented accounts of this home with their tokens; empty outside a demo."""
    path = _access_file()
    if not path.exists():
        return []
    return [Access(**one) for one in json.loads(path.read_text(encoding="utf-8"))]


def _found_city(pack: Pack, *, at: datetime, is_demo: bool) -> None:
    parameters.found_city(
        pack.key,
        name_zh=pack.name_zh,
        name_en=pack.name_en,
        time_zone=pack.time_zone,
        standard_ref=pack.standard_ref,
        is_demo=is_demo,
        by=FOUNDER,
        at=at,
    )
    for name, value in pack.parameters.items():
        parameters.set_parameter(name, value, seen=parameter_queries.edition(), by=FOUNDER, at=at)


def _steps(pack: Pack) -> Iterator[tuple[str, Callable[[datetime], None]]]:
    yield "places", lambda at: _add_places(pack, at=at)
    yield "calendars", lambda at: _add_calendars(pack, at=at)
    yield "norms", lambda at: _add_norms(pack, at=at)
    yield "units", lambda at: _add_units(pack, at=at)
    yield "rules", lambda at: _add_rules(pack, at=at)


def _add_places(pack: Pack, *, at: datetime) -> None:
    source = f"pack {pack.key}"
    seen = place_queries.edition()
    places.import_geojson(pack.divisions, source=source, crs=pack.crs, seen=seen, by=FOUNDER, at=at)


def _add_calendars(pack: Pack, *, at: datetime) -> None:
    seen = calendar_queries.edition()
    calendars.define_usual_calendars(seen=seen, by=FOUNDER, at=at, summer=pack.summer_hours)
    seen = calendar_queries.edition()
    calendars.seed_days(pack.years, seen=seen, by=FOUNDER, at=at, library=DaySource(pack.day_source))
    if pack.confirmed_years:
        seen = calendar_queries.edition()
        calendars.confirm_years(pack.confirmed_years, notice=pack.confirmation, seen=seen, by=FOUNDER, at=at)


def _add_norms(pack: Pack, *, at: datetime) -> None:
    norm_operations.seed_default_norms(from_on=pack.norms_from_on, seen=norms.edition(), by=FOUNDER, at=at)


def _add_units(pack: Pack, *, at: datetime) -> None:
    for one in pack.units:
        people.add_unit(
            one.code,
            kind=one.kind,
            name_zh=one.name_zh,
            name_en=one.name_en,
            parent=one.parent,
            areas=one.areas,
            by=FOUNDER,
            at=at,
        )
    people.seed_policy(seen=0, by=FOUNDER, at=at)


def _add_rules(pack: Pack, *, at: datetime) -> None:
    """Give each class to the department that the catalogue suggests, and the rest to the district's own bureau."""
    unit_of_hint = {hint: unit.code for unit in pack.units for hint in unit.hints}
    rules = [
        Rule(code=f"area {area}", unit_code=unit, area=area, from_on=pack.norms_from_on)
        for area, unit in pack.territorial_units.items()
    ]
    today = at.date()
    for one in norms.classes(on=today):
        conditions = norms.filing_conditions(one.key, on=today)
        unit_code = unit_of_hint.get(conditions[0].unit_hint_zh) if conditions else None
        if unit_code is not None:
            rules.append(
                Rule(code=f"class {one.key}", unit_code=unit_code, class_prefix=one.key, from_on=pack.norms_from_on)
            )
    dispatch.put_rules(rules, seen=dispatch_queries.edition(), by=FOUNDER, at=at)
    notices.seed_rules(seen=notice_queries.edition(), by=FOUNDER, at=at)


def _add_person(person: PackPerson, *, at: datetime) -> Iterator[Access]:
    account = people.make_account(person.username, kind=AccountKind.STAFF, is_demo=True, by=FOUNDER, at=at)
    member = people.add_member(person.number, name=person.name, account=account, by=FOUNDER, at=at)
    for post, unit in person.posts:
        seen = people_queries.member_version(member)
        appointment = people.appoint(member, post=post, unit=unit, seen=seen, by=GIVES_POWERS, at=at)
        yield Access(username=person.username, post=post, unit=unit, token=_token(appointment, at=at))


@transaction.atomic
def _access_again(*, at: datetime) -> list[Access]:
    """Make a new token for every post of the invented accounts."""
    return [
        Access(
            username=username,
            post=held.post,
            unit=held.unit,
            token=_token(held.uid, at=at),
        )
        for username, held in people_queries.demo_appointments(at=at)
    ]


def _token(appointment: UUID, *, at: datetime) -> str:
    seen = people_queries.member_version(people_queries.member_of_appointment(appointment))
    return people.make_token(appointment, name="demo", seen=seen, by=GIVES_POWERS, at=at)


def _keep_access(access: list[Access]) -> None:
    """Keep the accounts in a file that only its owner reads, whole or not at all."""
    path = _access_file()
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".demo-access-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump([asdict(one) for one in access], file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


def _access_file() -> Path:
    home: Path = settings.GONGZHI_HOME
    return home / "demo_access.json"
