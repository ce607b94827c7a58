"""The room as Django knows it."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Photographs, films and papers with their hashes."""

    name = "gongzhi.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have `audit verify` hash every file again."""
        from gongzhi.audit.registry import register_check
        from gongzhi.evidence.queries import verify_files

        register_check("evidence-files", verify_files, hashes_files=True)
