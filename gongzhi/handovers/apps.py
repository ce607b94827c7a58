"""The room as Django knows it."""

from django.apps import AppConfig


class HandoversConfig(AppConfig):
    """The hand-over of a shift."""

    name = "gongzhi.handovers"
    label = "handovers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Seed the policy table, and let nobody sign both for the shift that goes and for the one that comes."""
        from gongzhi.handovers.lifecycle import HANDOVER, OTHERS
        from gongzhi.handovers.operations import SIGN_OVER, TAKE
        from gongzhi.people import registry as people

        people.register_acts([*HANDOVER.seeds(), *OTHERS])
        people.register_separation(TAKE, not_after=[SIGN_OVER], firm=True)
