"""Run the benches on the servers that bin/bench started and print one line for each figure."""

from __future__ import annotations

import argparse
import os
import platform
import sys


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench")
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes: to see that the bench itself works")
    parser.add_argument(
        "only", nargs="*", help="intake, linear, memory, pages, revocation, signature, staff; default: all"
    )
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lkot.settings.test")
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from simulators.bench import intake, pages, revocation, signing, staff

    benches = {
        "intake": intake.against_the_floor,
        "linear": intake.per_workplace,
        "memory": intake.peak_memory,
        "pages": pages.list_pages,
        "revocation": revocation.large_list,
        "signature": signing.verification,
        "staff": staff.picker,
    }
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    print(  # noqa: T201 - speaks to the terminal
        f"{timezone.localdate()}, {os.cpu_count()} cores, {memory} GiB, {platform.system()}, Python {platform.python_version()}"
    )
    kept = True
    for name, bench in benches.items():
        if options.only and name not in options.only:
            continue
        for line in bench(0.1 if options.quick else 1.0):
            print(line, flush=True)  # noqa: T201 - speaks to the terminal
            kept = kept and line.kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
