"""The room as Django knows it."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """Finding the responsible unit."""

    name = "gongzhi.dispatch"
    label = "dispatch"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put rules and precedents under the record's watch, and say who writes, reads, ends and erases them."""
        from gongzhi.audit import registry
        from gongzhi.cases.lifecycle import READERS
        from gongzhi.dispatch import queries
        from gongzhi.dispatch.models import DispatchRule
        from gongzhi.people.registry import register_acts
        from gongzhi.people.states import Post

        registry.register_snapshot(queries.STREAM, queries.snapshot_rows, tables=[DispatchRule])
        register_acts([(Post.SYSTEM_ADMINISTRATOR, "dispatch.put_rules")])
        register_acts((post, "precedent.read") for post in {reader for reader, _ in READERS})
        register_acts((post, "precedent.end") for post in (Post.SHIFT_LEADER, Post.LEADER))
        register_acts([(Post.AUDIT_ADMINISTRATOR, "precedent.erase")])
        registry.register_check("precedent-terms", queries.check_terms)
