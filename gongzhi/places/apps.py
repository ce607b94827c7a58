"""The room as Django knows it."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """The city's divisions."""

    name = "gongzhi.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the digest of the divisions into the record, and say who imports them."""
        from gongzhi.audit.registry import register_snapshot
        from gongzhi.people.registry import register_acts
        from gongzhi.people.states import Post
        from gongzhi.places import facts, queries
        from gongzhi.places.models import Division, PlacesVersion

        register_snapshot(facts.STREAM, queries.snapshot_rows, tables=(Division, PlacesVersion))
        register_acts([(Post.SYSTEM_ADMINISTRATOR, "places.import")])
