"""The room as Django knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from gongzhi.evidence.registry import Owner


class PapersConfig(AppConfig):
    """Official papers."""

    name = "gongzhi.papers"
    label = "papers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Seed the policy table, separate writing from signing, watch the templates, listen to erasures."""
        from gongzhi.audit import registry as audit
        from gongzhi.evidence import registry as evidence
        from gongzhi.papers import queries, subscriptions
        from gongzhi.papers.lifecycle import CLERKS, PAPER, SIGNED_BY_ANOTHER, issue_act, make_act
        from gongzhi.papers.models import PaperTemplate
        from gongzhi.people import registry as people

        people.register_acts([*PAPER.seeds(), *CLERKS])
        for kind in SIGNED_BY_ANOTHER:
            people.register_separation(issue_act(kind), not_after=[make_act(kind)])
        audit.register_snapshot(queries.STREAM, queries.snapshot_rows, tables=[PaperTemplate])
        evidence.register_owner("paper", _owner_of_files)
        subscriptions.register()


def _owner_of_files(paper: str) -> Owner:
    """Return what the files of a paper belong to."""
    from uuid import UUID

    from gongzhi.evidence.registry import Owner
    from gongzhi.papers import queries

    return Owner(queries.matter_of(queries.paper(UUID(paper))))
