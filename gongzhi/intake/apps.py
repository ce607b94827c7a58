"""The room as Django knows it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from gongzhi.evidence.registry import Owner
    from gongzhi.people.rules import Matter


class IntakeConfig(AppConfig):
    """Reports."""

    name = "gongzhi.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Seed the policy table, say who is told, listen to cases, watch over derived columns."""
        from gongzhi.audit import registry as audit
        from gongzhi.evidence import registry as evidence
        from gongzhi.intake import news, queries, subscriptions
        from gongzhi.intake.erasure import ERASERS
        from gongzhi.intake.lifecycle import (
            OBJECTION,
            READERS,
            RECEIVERS,
            REPLY,
            REPORT,
            SHEET,
            SHEET_CLERKS,
            WORK_AT_UNITS,
        )
        from gongzhi.intake.rules import SEPARATIONS
        from gongzhi.notices import news as notices
        from gongzhi.notices import registry as notice_registry
        from gongzhi.people import registry as people

        for table in (REPORT, REPLY, OBJECTION, SHEET):
            people.register_acts(table.seeds())
        people.register_acts([*READERS, *RECEIVERS, *SHEET_CLERKS, *ERASERS], scopes=WORK_AT_UNITS)
        for one in SEPARATIONS:
            people.register_separation(one.act, not_after=one.not_after, firm=one.firm)
        audit.register_check("report-cells", queries.check_cells)
        evidence.register_owner("report", _owner_of_files, matters=_owners_of_files)
        notices.register(news.NEWS)
        notice_registry.register_addressee(news.REPORTER_KIND, queries.where_to_reach)
        subscriptions.register()


def _owner_of_files(report: str) -> Owner:
    """Return what the files of a report belong to."""
    from gongzhi.evidence.registry import Owner
    from gongzhi.intake import queries

    row = queries.report(report)
    return Owner(queries.acting_matter(row.uid, row.area), row.point)


def _owners_of_files(reports: Collection[str]) -> dict[str, Matter]:
    """Return what a permission looks at for the files of several reports."""
    from uuid import UUID

    from gongzhi.intake import queries

    return {str(uid): matter for uid, matter in queries.acting_matters_of(UUID(one) for one in reports).items()}
