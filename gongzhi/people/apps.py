"""The room as Django knows it."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People and their powers."""

    name = "gongzhi.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the policy table under the record's watch, name the posts, and say who may read the record."""
        from gongzhi.audit import registry
        from gongzhi.base.words import call_by_name
        from gongzhi.people import queries
        from gongzhi.people.labels import NAMED, POSTS
        from gongzhi.people.models import PolicyGrant
        from gongzhi.people.registry import register_acts
        from gongzhi.people.rules import ADMINISTRATION
        from gongzhi.people.states import ADMINISTRATORS, Post

        registry.register_snapshot(queries.POLICY, queries.policy_rows, tables=[PolicyGrant])
        call_by_name(("post", "owner", "held"), POSTS)
        call_by_name(("named",), NAMED)
        register_acts(ADMINISTRATION)
        register_acts([(post, "people.read") for post in ADMINISTRATORS])
        register_acts([(Post.AUDIT_ADMINISTRATOR, "record.read"), (Post.MACHINE, "record.read")])
