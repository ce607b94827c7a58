from typing import Any

from django.db import migrations


def copy_earlier_photographs(apps: Any, schema_editor: Any) -> None:
    """Have copies made of photographs that were put on file before there were any."""
    files = apps.get_model("evidence", "StoredFile")
    tasks = apps.get_model("evidence", "DisplayTask")
    earlier = files.objects.filter(state="claimed", content_type__startswith="image/", display="none")
    for one in earlier.order_by("id").iterator():
        tasks.objects.get_or_create(file_id=one.uid, defaults={"next_at": one.claimed_at})


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0003_copies_publication_and_uploads"),
    ]

    operations = [
        migrations.RunPython(copy_earlier_photographs, migrations.RunPython.noop),
    ]
