"""The room as Django knows it."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """Visits on the spot."""

    name = "gongzhi.visits"
    label = "visits"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Seed the policy table, say who is told, and listen to cases."""
        from gongzhi.notices import news as notices
        from gongzhi.people import registry as people
        from gongzhi.visits import news, subscriptions
        from gongzhi.visits.lifecycle import READERS, VISIT

        people.register_acts([*VISIT.seeds(), *READERS])
        notices.register(news.NEWS)
        subscriptions.register()
