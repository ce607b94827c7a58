from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="storedfile", name="file_claimed_for_something"),
        migrations.AddConstraint(
            model_name="storedfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("claimed_at__isnull", False),
                        ("role__in", ["report", "before", "after", "verify", "check"]),
                        ("state__in", ["claimed", "erased"]),
                        models.Q(("for_stream", ""), _negated=True),
                    ),
                    models.Q(
                        ("claimed_at__isnull", True),
                        ("for_stream", ""),
                        ("role", ""),
                        ("state__in", ["stored", "swept"]),
                    ),
                    _connector="OR",
                ),
                name="file_claimed_for_something",
            ),
        ),
    ]
