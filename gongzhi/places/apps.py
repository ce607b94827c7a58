"""The room as Django knows it."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """The city's ground: divisions and layers."""

    name = "gongzhi.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the digests of the ground into the record, and say who changes it and who receives near a border."""
        from gongzhi.audit.registry import register_check, register_snapshot
        from gongzhi.people.registry import register_acts
        from gongzhi.people.states import Post
        from gongzhi.places import facts, queries
        from gongzhi.places.lifecycle import BORDER, CODE
        from gongzhi.places.models import Division, GridDuty, Layer, LayerEdition, PlacesVersion
        from gongzhi.places.rules.codes import ISSUE, READ_CODES

        ground = (Division, PlacesVersion, Layer, LayerEdition)
        register_snapshot(facts.STREAM, queries.snapshot_rows, tables=ground)
        register_snapshot(facts.DUTIES, queries.snapshot_of_duties, tables=(GridDuty, PlacesVersion))
        register_check("places.layers", queries.altered_editions)
        register_acts((Post.SYSTEM_ADMINISTRATOR, act) for act in ("places.import", "places.assign"))
        register_acts(BORDER.seeds())
        register_acts([(Post.SYSTEM_ADMINISTRATOR, ISSUE), (Post.SYSTEM_ADMINISTRATOR, READ_CODES), *CODE.seeds()])
