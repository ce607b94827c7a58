"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class AccountabilityConfig(AppConfig):
    """Complaints about the service."""

    name = "gongzhi.accountability"
    label = "accountability"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Seed the policy table, say who is told, listen to the room's own facts."""
        from gongzhi.accountability import news, queries, subscriptions
        from gongzhi.accountability.lifecycle import COMPLAINT, ERASERS, READERS
        from gongzhi.notices import news as notices
        from gongzhi.notices import registry as notice_registry
        from gongzhi.people import registry as people

        people.register_acts([*COMPLAINT.seeds(), *READERS, *ERASERS])
        notices.register(news.NEWS)
        notice_registry.register_addressee(news.COMPLAINANT_KIND, queries.where_to_reach)
        subscriptions.register()
