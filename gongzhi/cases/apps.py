"""The room as Django knows it."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The case and its lifecycle."""

    name = "gongzhi.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Seed the policy table from the lifecycle, separate the hands, and watch over derived columns."""
        from gongzhi.audit import registry as audit
        from gongzhi.cases import queries
        from gongzhi.cases.lifecycle import CASE, READERS, SEPARATIONS
        from gongzhi.people import registry as people
        from gongzhi.people.states import Post, Scope

        people.register_acts(CASE.seeds(), scopes={Post.DEPARTMENT_DESK: Scope.UNIT, Post.HANDLER: Scope.UNIT})
        people.register_acts(READERS, scopes={Post.DEPARTMENT_DESK: Scope.UNIT, Post.HANDLER: Scope.UNIT})
        for separation in SEPARATIONS:
            people.register_separation(separation.act, not_after=separation.not_after)
        audit.register_check("case-cells", queries.check_cells)
