"""The room as Django knows it."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Reports."""

    name = "gongzhi.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Seed the policy table, listen to cases, watch over derived columns."""
        from gongzhi.audit import registry as audit
        from gongzhi.intake import queries, subscriptions
        from gongzhi.intake.erasure import ERASERS
        from gongzhi.intake.lifecycle import READERS, RECEIVERS, REPORT, WORK_AT_UNITS
        from gongzhi.people import registry as people

        people.register_acts([*REPORT.seeds(), *READERS, *RECEIVERS, *ERASERS], scopes=WORK_AT_UNITS)
        audit.register_check("report-cells", queries.check_cells)
        subscriptions.register()
