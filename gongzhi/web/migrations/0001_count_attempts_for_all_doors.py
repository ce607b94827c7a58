from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [("api", "0002_let_the_web_count_attempts")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='AttemptCount',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('act', models.CharField(max_length=40)),
                        ('sender', models.CharField(max_length=64)),
                        ('hour_at', models.DateTimeField()),
                        ('count', models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['hour_at'], name='attempt_age')],
                        'constraints': [models.UniqueConstraint(fields=('act', 'sender', 'hour_at'), name='one_count_per_hour')],
                    },
                ),
            ],
        ),
    ]
