"""Uploads are compared with the file that came in: a digest beside it would outlive the file when that is erased."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget_digests(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("base", "IdempotencyKey").objects.filter(source__startswith="files:").update(content_digest="")


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]

    operations = [migrations.RunPython(forget_digests, migrations.RunPython.noop)]
