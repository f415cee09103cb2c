"""Organizations, reports and flags without a region (or with a code that names none) were seen by no territorial inspectorate.

One migration for the three tables, since a region flows from the organization to its reports to their flags. The codes are those
of core.regions as of this day.
"""

from django.db import migrations

KNOWN = frozenset(f"{n:02d}" for n in (*range(1, 80), 83, 86, 87, *range(89, 96), 99))
NOW = {"80": "75", "81": "59", "82": "41", "84": "24", "85": "38", "88": "24", "97": "77"}
BATCH = 1000


def region_of(*codes):
    for code in codes:
        region = NOW.get(code[:2], code[:2])
        if region in KNOWN and (region != "99" or code.startswith("9901")):
            return region
    return ""


def fill(apps, schema_editor):
    organizations = apps.get_model("accounts", "Organization").objects.filter(is_inspectorate=False)
    _mend(organizations.exclude(region__in=KNOWN - {"99"}), lambda row: region_of(row.kpp, row.inn))
    reports = apps.get_model("sout_reports", "SoutReport").objects.filter(employer__isnull=False)
    with_neighbours = reports.exclude(region__in=KNOWN - {"99"}).select_related("employer", "branch")
    _mend(with_neighbours.defer("class_counts", "problems"), _of_report)


def _of_report(report):
    own = region_of(report.branch.kpp) if report.branch is not None else ""
    stated = report.header.get("region", "")
    return own or report.employer.region or (stated if stated in KNOWN else "")


def _mend(rows, find):
    changed = []
    for row in rows.order_by("pk").iterator(chunk_size=BATCH):
        region = find(row)  # «99» of Baikonur is found again, that of an office for the largest taxpayers is not
        if region and region != row.region:
            row.region = region
            changed.append(row)
        if len(changed) >= BATCH:
            rows.model.objects.bulk_update(changed, ["region"])
            changed = []
    rows.model.objects.bulk_update(changed, ["region"])


FLAGS = """
    UPDATE violations_flag f SET region = r.region FROM sout_reports_soutreport r
    WHERE r.id = f.report_id AND r.region <> '' AND f.region <> r.region
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_organization_name"),
        ("sout_reports", "0006_expert_keys"),
        ("violations", "0006_branches_and_reminders"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(FLAGS, migrations.RunSQL.noop),
    ]
