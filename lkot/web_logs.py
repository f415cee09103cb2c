"""What gunicorn may log of a request: its path. A query holds what people search for and what ЕСИА answers with."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # published without type information

from core.logs import DiscreetFormatter

WITHHELD = "-"


def path_of(value: Any) -> Any:
    """A request's target without its query; anything else as it is."""
    return value.partition("?")[0] if isinstance(value, str) and value.startswith(("/", "http")) else value


class PathsOnly(Logger):
    """gunicorn's logger for `--logger-class`: whatever format an operator chooses for the access log, no query and no page that the
    reader came from; tracebacks as discreet as the cabinet's own."""

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        super().exception(msg, *map(path_of, args), **kwargs)

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        # headers and variables in braces hold cookies and addresses; gunicorn writes «-» for what is not there
        plain = {name: value for name, value in found.items() if not name.startswith("{")}
        line = f"{environ['REQUEST_METHOD']} {path_of(environ['RAW_URI'])} {environ['SERVER_PROTOCOL']}"
        return plain | {"r": line, "q": "", "f": WITHHELD}

    def _set_handler(self, log: Any, output: Any, fmt: Any, stream: Any = None) -> None:
        super()._set_handler(log, output, DiscreetFormatter(fmt._fmt, fmt.datefmt), stream)
