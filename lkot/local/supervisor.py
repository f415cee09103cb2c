"""One process that starts the others, shows what they say, brings back what dies, and stops all of it.

It has a single thread: the parent's death is signalled to a child when the thread that started it ends.
"""

import http.client
import os
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import Self
from urllib.parse import urlsplit

from lkot.local import processes

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a child is started again
STEADY = 30.0  # a child that ran that long has its next pause counted anew
LONGEST_LINE = 65536
REMEMBERED_LINES = 30


class StopRequested(Exception):
    """A stop signal came while something was being started; `number` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class ChildFailed(Exception):
    """A child ended, or said nothing of being ready, before its time was up; the text holds its last lines."""


@dataclass(frozen=True)
class Child:
    """A program to keep running; ready when a line it prints holds `ready_line` and `ready_url` gives any answer."""

    name: str
    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)  # on top of the supervisor's
    folder: str | None = None
    ready_line: str = ""
    ready_url: str = ""
    stop_signal: str = "SIGTERM"
    stop_seconds: float = 10
    server: bool = False  # stopped after those that are not
    takes_jobs: bool = False


@dataclass
class _Running:
    child: Child
    process: subprocess.Popen[bytes]
    started: float
    failures: int = 0
    again_at: float | None = None
    seen_ready_line: bool = False
    unfinished: bytes = b""
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED_LINES))


class Supervisor:
    """Use as a context: leaving it stops everything. `say(name, line)` gets each line; each process carries `mark`."""

    def __init__(
        self, say: Callable[[str, str], None], *, mark: str, environment: Mapping[str, str] | None = None
    ) -> None:
        self._say = say
        self._environment = {**os.environ, **(environment or {}), processes.MARK: mark}
        self._running: list[_Running] = []
        self._selector = selectors.DefaultSelector()
        self._signals = 0
        self._last_signal = 0
        self._old_handlers: dict[int, object] = {}

    def __enter__(self) -> Self:
        self._wake_read, self._wake_write = os.pipe()
        for end in (self._wake_read, self._wake_write):
            os.set_blocking(end, False)
        self._old_wakeup = signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        self._selector.register(self._wake_read, selectors.EVENT_READ)
        self._old_handlers = {number: signal.signal(number, self._on_signal) for number in STOP_SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._stop_all()
        finally:
            for number, handler in self._old_handlers.items():
                signal.signal(number, handler)  # type: ignore[arg-type]  # as signal.signal gave it
            signal.set_wakeup_fd(self._old_wakeup)
            self._selector.close()
            os.close(self._wake_read)
            os.close(self._wake_write)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1
        self._last_signal = number

    @property
    def environment(self) -> dict[str, str]:
        return dict(self._environment)

    def set_environment(self, values: Mapping[str, str]) -> None:
        """Add variables for the children started from now on."""
        self._environment.update(values)

    def start(self, *children: Child, seconds: float = 120) -> None:
        """Start children together and wait until all are ready. Raises ChildFailed, StopRequested."""
        started = [self._launch(child) for child in children]
        deadline = time.monotonic() + seconds
        while not all(self._is_ready(running) for running in started):
            for running in started:
                if running.process.poll() is not None:
                    self._pump(0.1)
                    raise ChildFailed(_story(running, f"ended with code {running.process.returncode}"))
            if time.monotonic() > deadline:
                late = next(running for running in started if not self._is_ready(running))
                raise ChildFailed(_story(late, f"was not ready after {seconds:.0f} s"))
            self._pump(0.05)
            self._check_stop()

    def run(self, command: list[str], *, in_terminal: bool = False) -> int:
        """Run a command to its end while the children go on; its exit code. Raises StopRequested.

        `in_terminal` gives it the keyboard too: a Ctrl-C then reaches it before us, and it may say its last words.
        """
        process = processes.start(command, environment=self._environment, own_session=not in_terminal)
        try:
            while process.poll() is None:
                self._pump(0.05)
                self._check_stop()
        except StopRequested:
            if not (in_terminal and self._last_signal == signal.SIGINT and processes.wait(process, 10)):
                process.terminate()
            if not processes.wait(process, 10):
                process.kill()
                process.wait()
            raise
        return process.returncode

    def watch(self) -> None:
        """Keep all children running until a stop signal comes."""
        while not self._signals:
            self._pump(1.0 if not any(running.again_at for running in self._running) else 0.1)
            for running in self._running:
                self._revive(running)

    def _check_stop(self) -> None:
        if self._signals:
            raise StopRequested(self._last_signal)

    def _launch(self, child: Child) -> _Running:
        running = _Running(child, self._spawn(child), time.monotonic())
        self._running.append(running)
        self._listen(running)
        return running

    def _spawn(self, child: Child) -> subprocess.Popen[bytes]:
        environment = {**self._environment, **child.environment}
        return processes.start(child.command, environment=environment, folder=child.folder, output=subprocess.PIPE)

    def _listen(self, running: _Running) -> None:
        pipe = running.process.stdout
        if pipe:
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe, selectors.EVENT_READ, running)

    def _is_ready(self, running: _Running) -> bool:
        if running.child.ready_line and not running.seen_ready_line:
            return False
        return not running.child.ready_url or answers(running.child.ready_url)

    def _pump(self, seconds: float) -> None:
        """Pass on what the children have said, waiting at most `seconds` for it."""
        for key, _ in self._selector.select(seconds):
            if isinstance(key.data, _Running):
                self._read(key.data)
            else:
                os.read(self._wake_read, 4096)

    def _read(self, running: _Running) -> None:
        pipe = running.process.stdout
        if pipe is None or pipe.closed:
            return
        try:
            block = os.read(pipe.fileno(), LONGEST_LINE)
        except BlockingIOError:
            return
        *lines, running.unfinished = (running.unfinished + block).split(b"\n")
        if not block or len(running.unfinished) > LONGEST_LINE:
            lines, running.unfinished = [*lines, running.unfinished], b""
        if not block:
            self._deafen(running)
        for raw in lines:
            if line := raw.decode(errors="replace").rstrip():
                running.lines.append(line)
                running.seen_ready_line |= bool(running.child.ready_line) and running.child.ready_line in line
                self._say(running.child.name, line)

    def _deafen(self, running: _Running) -> None:
        if running.process.stdout and not running.process.stdout.closed:
            self._selector.unregister(running.process.stdout)
            running.process.stdout.close()

    def _revive(self, running: _Running) -> None:
        if running.process.poll() is None:
            return
        now = time.monotonic()
        if running.again_at is None:
            running.failures = 1 if now - running.started > STEADY else running.failures + 1
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (running.failures - 1))
            running.again_at = now + pause
            processes.signal_group(running.process, signal.SIGKILL)  # what it started and did not take along
            self._say(
                running.child.name, f"ended with code {running.process.returncode}; starting it again in {pause:g} s"
            )
        elif now >= running.again_at:
            self._deafen(running)
            running.again_at, running.seen_ready_line, running.unfinished = None, False, b""
            running.process, running.started = self._spawn(running.child), now
            self._listen(running)

    def _stop_all(self) -> None:
        """Stop programs, then servers; a further signal while that goes on kills at once."""
        for servers in (False, True):
            tier = [running for running in reversed(self._running) if running.child.server == servers]
            for running in tier:
                self._ask_to_stop(running)
            self._wait_for(tier)
            for running in tier:
                processes.signal_group(running.process, signal.SIGKILL)
                running.process.wait()
                self._read(running)
                self._deafen(running)

    def _ask_to_stop(self, running: _Running) -> None:
        # The main process alone: what a worker has started is for the worker to stop.
        if running.process.poll() is None:
            running.process.send_signal(signal.Signals[running.child.stop_signal])

    def _wait_for(self, tier: list[_Running]) -> None:
        signals, asked = self._signals, time.monotonic()
        while self._signals == signals and any(
            running.process.poll() is None and time.monotonic() < asked + running.child.stop_seconds for running in tier
        ):
            self._pump(0.05)


def answers(url: str) -> bool:
    """Whether an HTTP server answers there, be it with an error or a redirect (which is not followed)."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request("GET", parts.path or "/", headers={"Connection": "close"})
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _story(running: _Running, what: str) -> str:
    said = "\n".join(f"  {line}" for line in running.lines)
    return f"{running.child.name} {what}" + (f". Its last words:\n{said}" if said else ".")
