"""The room as Django knows it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from gongzhi.evidence.registry import Owner
    from gongzhi.people.rules import Matter


class CasesConfig(AppConfig):
    """The case and its lifecycle."""

    name = "gongzhi.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Seed the policy table, separate the hands, say what is open and who is told, watch derived columns."""
        from gongzhi.audit import registry as audit
        from gongzhi.cases import news, queries, subscriptions
        from gongzhi.cases.lifecycle import CASE, READERS, SEPARATIONS
        from gongzhi.evidence import registry as evidence
        from gongzhi.norms import registry as norms
        from gongzhi.notices import news as notices
        from gongzhi.people import registry as people
        from gongzhi.people.states import Post, Scope
        from gongzhi.places import registry as places

        people.register_acts(CASE.seeds(), scopes={Post.DEPARTMENT_DESK: Scope.UNIT, Post.HANDLER: Scope.UNIT})
        people.register_acts(READERS, scopes={Post.DEPARTMENT_DESK: Scope.UNIT, Post.HANDLER: Scope.UNIT})
        for separation in SEPARATIONS:
            people.register_separation(separation.act, not_after=separation.not_after, firm=separation.firm)
        people.register_holdings("case", of_unit=queries.held_by_unit, of_member=queries.held_by_member)
        places.register_effect("open-cases", lambda ground: ground.count(queries.open_points()))
        norms.register_effect(
            "open-cases",
            lambda proposed: proposed.count(filed=queries.open_conditions(), unfiled=queries.open_classes()),
        )
        audit.register_check("case-cells", queries.check_cells)
        evidence.register_owner("case", _owner_of_files, matters=_owners_of_files)
        notices.register(news.NEWS)
        subscriptions.register()


def _owner_of_files(case: str) -> Owner:
    """Return what the files of a case belong to."""
    from gongzhi.cases import queries
    from gongzhi.evidence.registry import Owner

    row = queries.case(case)
    return Owner(queries.acting_matter(row), row.point)


def _owners_of_files(cases: Collection[str]) -> dict[str, Matter]:
    """Return what a permission looks at for the files of several cases."""
    from uuid import UUID

    from gongzhi.cases import queries

    return {str(uid): matter for uid, matter in queries.acting_matters_of(UUID(case) for case in cases).items()}
