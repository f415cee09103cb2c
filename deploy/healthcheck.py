"""Ask the web server of this container whether it is ready: exit code 0 when it is."""

import os
import sys
import urllib.error
import urllib.request

READY = "http://127.0.0.1:8000/health/ready/"


def main() -> int:
    """0 when the page answers 200, under a host name that the settings allow."""
    host = os.environ.get("LKOT_ALLOWED_HOSTS", "").split(",")[0] or "localhost"
    request = urllib.request.Request(READY, headers={"Host": host, "X-Forwarded-Proto": "https"})
    try:
        with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310  the address is above
            return 0 if answer.status == 200 else 1
    except urllib.error.URLError as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
