"""Organizations, reports and flags without a region (or with a code that names none) were seen by no territorial inspectorate.

One migration for the three tables, since a region flows from the organization to its reports to their flags. The codes are those
of core.regions as of this day.

Each batch is a transaction of its own: flags may be millions, and nobody waits for their locks until the last of them is done. Killed
in its middle and run again, it goes on with what is still to be filled.
"""

from collections import defaultdict

from django.db import migrations, transaction

KNOWN = frozenset(f"{n:02d}" for n in (*range(1, 80), 83, 86, 87, *range(89, 96), 99))
NOW = {"80": "75", "81": "59", "82": "41", "84": "24", "85": "38", "88": "24", "97": "77"}
BATCH, REPORTS_AT_ONCE = 1000, 100


def region_of(*codes):
    for code in codes:
        region = NOW.get(code[:2], code[:2])
        if region in KNOWN and (region != "99" or code.startswith("9901")):
            return region
    return ""


def fill(apps, schema_editor):
    organizations = apps.get_model("accounts", "Organization").objects.filter(is_inspectorate=False)
    unknown = organizations.exclude(region__in=KNOWN - {"99"})
    _mend(unknown.only("kpp", "inn", "region"), lambda row: region_of(row.kpp, row.inn))
    reports = apps.get_model("sout_reports", "SoutReport").objects
    unknown = reports.filter(employer__isnull=False).exclude(region__in=KNOWN - {"99"})
    columns = ("region", "header", "employer__region", "branch__kpp")
    _mend(unknown.select_related("employer", "branch").only(*columns), _of_report)
    _fill_flags(reports.exclude(region=""), schema_editor.connection)


def _of_report(report):
    own = region_of(report.branch.kpp) if report.branch is not None else ""
    stated = report.header.get("region", "")
    return own or report.employer.region or (stated if stated in KNOWN else "")


def _mend(rows, find):
    after = 0
    while batch := list(rows.filter(pk__gt=after).order_by("pk")[:BATCH]):
        found = defaultdict(list)
        for row in batch:
            region = find(row)  # «99» of Baikonur is found again, that of an office for the largest taxpayers is not
            if region and region != row.region:
                found[region].append(row.pk)
        with transaction.atomic():
            for region, keys in found.items():
                rows.model.objects.filter(pk__in=keys).update(region=region)
        after = batch[-1].pk


FLAGS = """
    UPDATE violations_flag f SET region = r.region FROM sout_reports_soutreport r
    WHERE r.id = f.report_id AND f.region <> r.region AND r.id = ANY(%s)
"""


def _fill_flags(reports, connection):
    after = 0
    while batch := list(reports.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:REPORTS_AT_ONCE]):
        with connection.cursor() as cursor:
            cursor.execute(FLAGS, [batch])
        after = batch[-1]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0006_organization_name"),
        ("sout_reports", "0006_expert_keys"),
        ("violations", "0006_branches_and_reminders"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, atomic=False)]
