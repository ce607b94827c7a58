"""Every column of every recorded table can be rebuilt from the record, or says why not."""

from __future__ import annotations

from django.db import connection

from gongzhi.audit.models import Aggregate, RecordedRow
from gongzhi.audit.queries import recorded_models
from gongzhi.audit.verify.spelling import SPELLERS, kind_of


def everyone() -> list[type[RecordedRow]]:
    models = list(recorded_models().values())
    assert {
        "people.member",
        "people.appointment",
        "parameters.city",
        "parameters.parameter",
    } <= recorded_models().keys()
    return models


def test_every_recorded_column_is_folded_or_excepted_with_a_reason():
    unexplained = []
    for model in everyone():
        folded = {field.attname for field in model.folded_fields()}
        for field in model._meta.concrete_fields:
            reason = model.not_folded.get(field.attname, "")
            if field.attname not in folded and field.attname != "id" and len(reason.split()) < 4:
                unexplained.append(f"{model.record_label()}.{field.attname}")
    assert unexplained == []


def test_no_exception_names_a_column_that_is_folded_or_not_there():
    stale = []
    for model in everyone():
        columns = {field.attname for field in model._meta.concrete_fields}
        named = {*model.not_folded, *model.committed, model.stream_column, model.key_column}
        stale += [f"{model.record_label()}.{column}" for column in named - columns]
        stale += [f"{model.record_label()}.{column}" for column in model.committed & model.not_folded.keys()]
    assert stale == []


def test_every_kind_of_recorded_column_can_be_read_back_on_both_databases():
    kinds = {kind_of(field) for model in everyone() for field in model.folded_fields()}
    assert kinds <= SPELLERS["sqlite"].keys()
    assert kinds <= SPELLERS["postgresql"].keys()
    assert connection.vendor in SPELLERS


def test_a_committed_column_may_be_empty_after_its_value_was_erased():
    strict = [
        f"{model.record_label()}.{column}"
        for model in everyone()
        for column in model.committed
        if not model._meta.get_field(column).null
    ]
    assert strict == []


def test_every_stream_is_owned_by_one_aggregate():
    owners: dict[str, list[str]] = {}
    for model in everyone():
        if issubclass(model, Aggregate):
            owners.setdefault(model.stream_kind, []).append(model.record_label())
    assert {kind: names for kind, names in owners.items() if len(names) > 1} == {}
    assert {model.stream_kind for model in everyone()} == owners.keys()
