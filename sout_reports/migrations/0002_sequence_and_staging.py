"""The sequence of report numbers, and staging without a write-ahead log: it holds nothing that could not be read again."""

from django.db import migrations

SEQUENCE = "CREATE SEQUENCE sout_report_number START 100001"
UNLOGGED = "ALTER TABLE {} SET UNLOGGED; ALTER TABLE {} SET (autovacuum_vacuum_scale_factor = 0.5)"
TABLES = ("sout_reports_stagedworkplace", "sout_reports_stagedpart")


class Migration(migrations.Migration):
    dependencies = [("sout_reports", "0001_initial")]

    operations = [
        migrations.RunSQL(SEQUENCE, "DROP SEQUENCE sout_report_number"),
        *[
            migrations.RunSQL(UNLOGGED.format(table, table), f"ALTER TABLE {table} SET LOGGED")
            for table in TABLES
        ],
    ]
