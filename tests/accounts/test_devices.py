"""A browser in words, by headers as browsers really send them."""

import pytest

from accounts.devices import UNKNOWN, device_of

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME}"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (f"{WINDOWS} Safari/537.36", "Chrome, Windows 10 или 11"),
        (f"{WINDOWS} YaBrowser/25.10.0.0 Safari/537.36", "Яндекс Браузер, Windows 10 или 11"),
        (f"{WINDOWS} Safari/537.36 Edg/142.0.0.0", "Microsoft Edge, Windows 10 или 11"),
        (f"{WINDOWS} Safari/537.36 OPR/124.0.0.0", "Opera, Windows 10 или 11"),
        ("Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko", "Internet Explorer, Windows 7"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/26.0 Safari/605.1.15",
            "Safari, macOS",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/26.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "CriOS/142.0.0.0 Mobile/15E148 Safari/604.1",
            "Chrome, iPhone",
        ),
        (f"Mozilla/5.0 (Linux; Android 10; K) {CHROME} Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (compatible)", UNKNOWN),
        ("curl/8.5.0 (Linux)", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_names(agent, name):
    device = device_of(agent)
    assert device.name == name
    assert device.is_known == (name != UNKNOWN)
