from django.db import migrations

# Old rows keep the ИН СОУТ as the file wrote it, with a sign or leading zeros: the rule SOUT-FMT-003 asks by the plain number.
PLAIN = """
    UPDATE sout_reports_soutreport SET sout_id = regexp_replace(sout_id, '^[+]?0*([0-9]+)$', '\\1')
    WHERE sout_id ~ '^([+]|0[0-9])[0-9]*$'
"""
# What was open lapses with a report that a corrected one has replaced; the counts said otherwise.
NO_COUNTS = """
    UPDATE sout_reports_soutreport SET open_flags = 0, open_violations = 0 WHERE state = 'superseded'
"""


class Migration(migrations.Migration):
    dependencies = [("sout_reports", "0004_region")]

    operations = [
        migrations.RunSQL(PLAIN, migrations.RunSQL.noop),
        migrations.RunSQL(NO_COUNTS, migrations.RunSQL.noop),
    ]
