"""The room as Django knows it."""

from django.apps import AppConfig


class NormsConfig(AppConfig):
    """Catalogue, filing conditions, stage limits."""

    name = "gongzhi.norms"
    label = "norms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name the rows whose digest stands in the record, and say who sets norms."""
        from gongzhi.audit.registry import register_snapshot
        from gongzhi.norms.models import ClassPublication, FilingCondition, LegacyCode, ManagedClass, StageLimit
        from gongzhi.norms.queries import publication_rows, snapshot_rows
        from gongzhi.norms.states import PUBLICATION, STREAM
        from gongzhi.people.registry import register_acts
        from gongzhi.people.states import Post

        tables = (ManagedClass, FilingCondition, LegacyCode, StageLimit)
        register_snapshot(STREAM, snapshot_rows, tables=tables)
        register_snapshot(PUBLICATION, publication_rows, tables=[ClassPublication])
        register_acts([(Post.SYSTEM_ADMINISTRATOR, "publication.put")])
        acts = ("norms.load_catalogue", "norms.put", "norms.end", "norms.seed_defaults", "norms.import")
        register_acts((Post.SYSTEM_ADMINISTRATOR, act) for act in acts)
