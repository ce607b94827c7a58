from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_keep_reports_while_they_are_written")]

    operations = [migrations.RenameField("reportdraft", "changed_at", "from_at")]
