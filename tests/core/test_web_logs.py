"""What gunicorn logs of requests, whatever format an operator chooses."""

from __future__ import annotations

import logging
from datetime import timedelta
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from lkot.web_logs import PathsOnly, path_of

QUERY = "q=%D0%98%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2&code=secret"


def close(name: str) -> None:
    logger = logging.getLogger(name)
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()


@pytest.fixture
def access(tmp_path):
    """Logs one request by a format, and gives the line."""

    def line(form: str) -> str:
        config = Config()
        config.set("accesslog", str(tmp_path / "access.log"))
        config.set("access_log_format", form)
        logger = PathsOnly(config)
        environ = {
            "REQUEST_METHOD": "GET",
            "RAW_URI": f"/flags/?{QUERY}",
            "PATH_INFO": "/flags/",
            "QUERY_STRING": QUERY,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_REFERER": f"https://lkot.example/experts/?{QUERY}",
            "HTTP_COOKIE": "session=secret",
        }
        headers = [("REFERER", environ["HTTP_REFERER"]), ("COOKIE", "session=secret")]
        answer = SimpleNamespace(status="200 OK", sent=5, headers=[("Location", f"/flags/?{QUERY}")])
        logger.access(answer, SimpleNamespace(headers=headers), environ, timedelta(milliseconds=7))
        close("gunicorn.access")
        return (tmp_path / "access.log").read_text()

    yield line
    close("gunicorn.access")
    close("gunicorn.error")


@pytest.mark.parametrize(
    "form",
    [
        '%(h)s "%(r)s" %(s)s "%(f)s"',
        "%(m)s %(U)s?%(q)s",
        "%(U)s %({referer}i)s %({cookie}i)s %({query_string}e)s %({raw_uri}e)s %({http_referer}e)s %({location}o)s",
    ],
)
def test_no_format_shows_a_query(access, form):
    line = access(form)
    assert "/flags/" in line
    assert "secret" not in line
    assert "%D0" not in line


def test_an_error_names_the_path_only(capsys):
    config = Config()
    logger = PathsOnly(config)
    try:
        raise ValueError("broken\nDETAIL: Key (snils)=(11223344595) already exists.")
    except ValueError:
        logger.exception("Error handling request %s %s", "GET", f"/flags/?{QUERY}")
    finally:
        close("gunicorn.error")
    text = capsys.readouterr().err
    assert "Error handling request GET /flags/" in text
    assert "secret" not in text
    assert "11223344595" not in text


@pytest.mark.parametrize(
    ("value", "kept"), [("/a/?b=c", "/a/"), ("http://x/a?b", "http://x/a"), ("GET", "GET"), (5, 5)]
)
def test_path_of(value, kept):
    assert path_of(value) == kept
