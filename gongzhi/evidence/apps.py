"""The room as Django knows it."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Photographs, films and papers with their hashes."""

    name = "gongzhi.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have `audit verify` hash every file again, and seed the policy table with who decides about files."""
        from gongzhi.audit.registry import register_check
        from gongzhi.evidence.lifecycle import EXPORTERS, FILE, PUBLICATION
        from gongzhi.evidence.queries import owner_of_masked, verify_files
        from gongzhi.evidence.registry import register_owner
        from gongzhi.people.registry import register_acts
        from gongzhi.people.states import Post

        register_check("evidence-files", verify_files, hashes_files=True)
        register_owner("file", owner_of_masked)
        register_acts([pair for pair in FILE.seeds() if pair[0] != Post.TIMER])
        register_acts([*PUBLICATION.seeds(), *EXPORTERS])
