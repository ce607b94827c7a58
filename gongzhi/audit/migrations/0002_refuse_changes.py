"""The database itself refuses UPDATE and DELETE of entries."""

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from gongzhi.audit import triggers


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Install the triggers, except where tests must clean their tables."""
    if settings.GONGZHI_AUDIT_TRIGGERS:
        triggers.install(schema_editor.connection)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take them away again."""
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    """Triggers on the entries."""

    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
