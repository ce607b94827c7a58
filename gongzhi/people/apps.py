"""The room as Django knows it."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People and their powers."""

    name = "gongzhi.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Watch the policy table, name the posts, and say who keeps papers, declares nights and reads the record."""
        from gongzhi.audit import registry
        from gongzhi.base.words import call_by_name
        from gongzhi.people import queries
        from gongzhi.people.labels import CREDENTIAL_KINDS, NAMED, POSTS
        from gongzhi.people.lifecycle import (
            CREDENTIAL,
            KEEPERS_OF_CREDENTIALS,
            NIGHT_DUTY,
            READERS_OF_CREDENTIALS,
            READERS_OF_NIGHT_DUTIES,
        )
        from gongzhi.people.models import CredentialNeed, PolicyGrant
        from gongzhi.people.registry import register_acts
        from gongzhi.people.rules import ADMINISTRATION
        from gongzhi.people.states import ADMINISTRATORS, STAFF, Post, Scope

        tables = [PolicyGrant, CredentialNeed]
        registry.register_snapshot(queries.POLICY, queries.snapshot_rows, tables=tables)
        call_by_name(("post", "owner", "held"), POSTS)
        call_by_name(("named",), NAMED)
        call_by_name(("kind",), {kind.value: name for kind, name in CREDENTIAL_KINDS.items()})
        register_acts(ADMINISTRATION)
        register_acts((post, "credential.add") for post in KEEPERS_OF_CREDENTIALS)
        register_acts(CREDENTIAL.seeds())
        register_acts([(Post.DUTY_LEADER, "night_duty.declare")], scopes={Post.DUTY_LEADER: Scope.AREA})
        register_acts(NIGHT_DUTY.seeds(), scopes={Post.DUTY_LEADER: Scope.AREA})
        register_acts([(post, "people.read") for post in ADMINISTRATORS])
        register_acts([(post, "duty.read") for post in STAFF])
        register_acts([(post, "credential.read") for post in READERS_OF_CREDENTIALS])
        register_acts([(post, "night_duty.read") for post in READERS_OF_NIGHT_DUTIES])
        register_acts([(Post.AUDIT_ADMINISTRATOR, "record.read"), (Post.MACHINE, "record.read")])
