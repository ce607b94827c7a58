from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.AlterModelManagers(
            name="account",
            managers=[("signing_in", models.Manager())],
        ),
        migrations.RemoveField(
            model_name="account",
            name="last_login",
        ),
        migrations.AddField(
            model_name="account",
            name="version",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="account",
            name="password",
            field=models.CharField(max_length=128, null=True),
        ),
        migrations.AlterField(
            model_name="account",
            name="username",
            field=models.CharField(max_length=80, null=True, unique=True),
        ),
    ]
