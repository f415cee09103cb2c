"""A browser and its system in words, read from the User-Agent header.

The header is what the browser says of itself: newer ones freeze their numbers (Windows 11 says «NT 10.0», macOS stays at
10_15_7), so only names are told, and of Windows what «NT» still tells. Order matters: everybody also says «Chrome» and «Safari».
"""

from __future__ import annotations

import re
from dataclasses import dataclass

UNKNOWN = "Неизвестное устройство"

BROWSERS = (
    ("YaBrowser/", "Яндекс Браузер"),
    ("YaSearchBrowser/", "Яндекс"),
    ("Edg/", "Microsoft Edge"),
    ("EdgA/", "Microsoft Edge"),
    ("EdgiOS/", "Microsoft Edge"),
    ("Edge/", "Microsoft Edge"),
    ("OPR/", "Opera"),
    ("Opera", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("MiuiBrowser/", "Браузер Xiaomi"),
    ("HuaweiBrowser/", "Браузер Huawei"),
    ("Vivaldi/", "Vivaldi"),
    ("Sputnik/", "Спутник"),
    ("Atom/", "Атом"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Trident/", "Internet Explorer"),
    ("MSIE ", "Internet Explorer"),
)
SYSTEMS = (
    (r"Windows NT 10\.0", "Windows 10 или 11"),
    (r"Windows NT 6\.[23]", "Windows 8"),
    (r"Windows NT 6\.1", "Windows 7"),
    (r"Windows", "Windows"),
    (r"\biPhone\b|\biPod\b", "iPhone"),
    (r"\biPad\b", "iPad"),
    (r"\bAndroid\b", "Android"),
    (r"\bHarmonyOS\b|\bOpenHarmony\b", "HarmonyOS"),
    (r"\bCrOS\b", "Chrome OS"),
    (r"Mac OS X|Macintosh", "macOS"),
    (r"\bLinux\b", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Device:
    """`browser` and `system` are "" where the header does not tell."""

    browser: str
    system: str

    @property
    def name(self) -> str:
        """«Яндекс Браузер, Windows 10 или 11»; UNKNOWN where nothing was told."""
        return ", ".join(part for part in (self.browser, self.system) if part) or UNKNOWN

    @property
    def is_known(self) -> bool:
        return bool(self.browser or self.system)


def device_of(agent: str) -> Device:
    """Programs that are no browsers (their header does not begin with «Mozilla/») stay unknown."""
    if not agent.startswith(("Mozilla/", "Opera/")):
        return Device("", "")
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    if not browser and "Version/" in agent and "Safari/" in agent:
        browser = "Safari"
    system = next((name for pattern, name in SYSTEMS if re.search(pattern, agent)), "")
    return Device(browser, system)
