"""Which system libraries WeasyPrint would miss: prints their Debian packages, one a line.

Run by bin/prepare with the system's Python, so it uses the standard library only and imports nothing of ours.
"""

import ctypes
import ctypes.util
import sys
from pathlib import Path

# On Linux the exact names that WeasyPrint opens; elsewhere the loader's own search.
LIBRARIES = {
    "libpango-1.0-0": ("libpango-1.0.so.0", "pango-1.0"),
    "libpangoft2-1.0-0": ("libpangoft2-1.0.so.0", "pangoft2-1.0"),
    "libharfbuzz-subset0": ("libharfbuzz-subset.so.0", "harfbuzz-subset"),
}
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")


def missing_packages() -> list[str]:
    """Debian packages of the libraries and of the font that are not there."""
    packages = [package for package, names in LIBRARIES.items() if not _loads(*names)]
    if sys.platform == "linux" and not any(list(folder.rglob("DejaVuSans.ttf")) for folder in FONT_FOLDERS):
        packages.append("fonts-dejavu-core")
    return packages


def _loads(linux_name: str, plain_name: str) -> bool:
    if sys.platform != "linux":
        return ctypes.util.find_library(plain_name) is not None
    try:
        ctypes.CDLL(linux_name)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    print("\n".join(missing_packages()))
