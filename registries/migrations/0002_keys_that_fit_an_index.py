from django.db import migrations

# As registries.workplace_keys.normalize_text cuts them now.
CUT = """
    UPDATE registries_workplaceinforce SET position_key = left(position_key, 400), unit_key = left(unit_key, 400)
    WHERE length(position_key) > 400 OR length(unit_key) > 400
"""


class Migration(migrations.Migration):
    dependencies = [("registries", "0001_initial")]

    operations = [migrations.RunSQL(CUT, migrations.RunSQL.noop)]
