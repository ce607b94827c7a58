"""Foreign keys follow the layers: a string reference is invisible to the import linter."""

from __future__ import annotations

from django.apps import apps

from tests.house import house


def upward_keys(keys: list[tuple[str, str, str]], *, depth: dict[str, int]) -> list[str]:
    """The keys (name, room, room pointed to) that leave their room other than downward."""
    return [
        f"{name}: {room} -> {target}" for name, room, target in keys if target != room and depth[target] <= depth[room]
    ]


def keys_of_the_product() -> list[tuple[str, str, str]]:
    return [
        (f"{model._meta.label}.{field.name}", model._meta.app_label, field.related_model._meta.app_label)
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("gongzhi.")
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if field.related_model is not None and field.related_model.__module__.startswith("gongzhi.")
    ]


def test_every_key_points_into_its_own_room_or_a_lower_layer():
    keys = keys_of_the_product()
    assert keys, "no model points to another one: the walk is broken"
    assert upward_keys(keys, depth=house.depth_of_rooms()) == []


def test_a_key_that_points_upward_or_sideways_is_named():
    depth = {"cases": 0, "norms": 1, "evidence": 1, "places": 2}
    keys = [
        ("case.place", "cases", "places"),
        ("case.parent", "cases", "cases"),
        ("place.case", "places", "cases"),
        ("file.norm", "evidence", "norms"),
    ]
    assert upward_keys(keys, depth=depth) == ["place.case: places -> cases", "file.norm: evidence -> norms"]


def test_every_room_has_its_place_in_the_layers():
    assert [room for room in house.rooms() if room not in house.depth_of_rooms()] == []


def test_no_room_leans_on_what_only_tests_share():
    leaning = [
        path.relative_to(house.PACKAGE).as_posix()
        for path in house.PACKAGE.rglob("*.py")
        if not {"tests", "testing"}.intersection(path.parts) and "gongzhi.testing" in path.read_text(encoding="utf-8")
    ]
    assert leaning == []


def test_every_app_is_named_after_its_room():
    ours = {app.name: app.label for app in apps.get_app_configs() if app.name.startswith("gongzhi.")}
    assert ours == {f"gongzhi.{label}": label for label in ours.values()}
    with_apps = {room for room in house.rooms() if (house.PACKAGE / room / "apps.py").exists()}
    assert set(ours.values()) == with_apps


def test_a_room_that_knows_no_framework_is_named_in_the_contract_about_it():
    contract = house.pyproject()["tool"]["importlinter"]["contracts"][2]
    without_framework = [room for room in house.rooms() if room in {"kernel", "engines"}]
    assert [room for room in without_framework if f"gongzhi.{room}" not in contract["source_modules"]] == []
