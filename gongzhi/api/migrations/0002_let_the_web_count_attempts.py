from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("api", "0001_initial")]

    # The counts stay as they are: only the room that keeps them is another one. Its own first migration goes on here.
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AlterModelTable("AttemptCount", "web_attemptcount")],
            state_operations=[migrations.DeleteModel("AttemptCount")],
        ),
    ]
