"""The supervisor with real processes."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from lkot.local import processes
from lkot.local.supervisor import Child, ChildFailed, StopRequested, Supervisor

READY = "print('ready', flush=True)"


def python(name: str, code: str, **options: object) -> Child:
    return Child(name, [sys.executable, "-c", code], ready_line="ready", **options)


def stubborn(name: str, **options: object) -> Child:
    code = f"import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); {READY}; time.sleep(60)"
    return python(name, code, **options)


def sleeper(name: str, **options: object) -> Child:
    return python(name, f"import time; {READY}; time.sleep(60)", **options)


@pytest.fixture
def lines() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def supervise(tmp_path: Path, lines: list[tuple[str, str]]) -> Callable[[], Supervisor]:
    return lambda: Supervisor(lambda name, line: lines.append((name, line)), mark=str(tmp_path))


def marked(tmp_path: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(processes.MARK) == str(tmp_path) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def eventually(condition: Callable[[], object], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def in_a_moment(seconds: float, action: Callable[[], object]) -> threading.Timer:
    timer = threading.Timer(seconds, action)
    timer.start()
    return timer


def stop_when(condition: Callable[[], object]) -> None:
    """Send ourselves SIGTERM once the condition holds (or after its time, for the test to fail)."""

    def wait_and_signal() -> None:
        eventually(condition, 20)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait_and_signal, daemon=True).start()


def test_leaving_stops_everything(supervise, tmp_path):
    with supervise() as supervisor:
        supervisor.start(sleeper("one"), sleeper("two"))
        assert len(marked(tmp_path)) == 2
    assert marked(tmp_path) == []


def test_a_stop_signal_ends_the_watch(supervise, tmp_path):
    with supervise() as supervisor:
        supervisor.start(sleeper("one"))
        in_a_moment(0.2, lambda: os.kill(os.getpid(), signal.SIGTERM))
        supervisor.watch()
    assert marked(tmp_path) == []
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_programs_stop_before_servers(supervise, lines):
    farewell = (
        "import os, signal, time\n"
        "def bye(*_): os.write(1, b'bye\\n'); os._exit(0)\n"
        "signal.signal(signal.SIGTERM, bye)\n"
        f"{READY}\ntime.sleep(60)"
    )
    with supervise() as supervisor:
        supervisor.start(python("database", farewell, server=True))
        supervisor.start(python("web", farewell), python("worker", farewell))
    goodbyes = [name for name, line in lines if line == "bye"]
    assert goodbyes[-1] == "database"
    assert sorted(goodbyes) == ["database", "web", "worker"]


def test_who_ignores_the_signal_is_killed_with_all_it_started(supervise, tmp_path):
    code = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); {READY}; time.sleep(60)"
    )
    with supervise() as supervisor:
        supervisor.start(python("deaf", code, stop_seconds=0.3))
        assert eventually(lambda: len(marked(tmp_path)) == 2)
        began = time.monotonic()
    assert time.monotonic() - began < 3
    assert eventually(lambda: marked(tmp_path) == [], 2)


def test_a_second_signal_does_not_wait(supervise, tmp_path):
    began = time.monotonic()
    with supervise() as supervisor:
        supervisor.start(stubborn("deaf", stop_seconds=30))
        in_a_moment(0.1, lambda: os.kill(os.getpid(), signal.SIGINT))
        in_a_moment(0.5, lambda: os.kill(os.getpid(), signal.SIGINT))
        supervisor.watch()
    assert time.monotonic() - began < 10
    assert marked(tmp_path) == []


def test_what_dies_comes_back_and_waits_longer_each_time(supervise, lines, tmp_path):
    runs = tmp_path / "runs"
    code = f"open({str(runs)!r}, 'a').write('x'); {READY}; import time; time.sleep(0.05); raise SystemExit(3)"
    with supervise() as supervisor:
        supervisor.start(python("shaky", code))
        stop_when(lambda: len(runs.read_text()) >= 3)
        supervisor.watch()
    said = [line for _, line in lines if "ended" in line]
    assert said[:2] == ["ended with code 3; starting it again in 0.5 s", "ended with code 3; starting it again in 1 s"]


def test_a_child_killed_outright_comes_back(supervise, tmp_path):
    with supervise() as supervisor:
        supervisor.start(sleeper("one"))
        (first,) = marked(tmp_path)
        in_a_moment(0.1, first.kill)
        stop_when(lambda: [process for process in marked(tmp_path) if process.pid != first.pid])
        supervisor.watch()
        (second,) = marked(tmp_path)
        assert second.pid != first.pid
    assert marked(tmp_path) == []


def test_a_child_that_ends_before_it_is_ready_tells_why(supervise):
    with supervise() as supervisor, pytest.raises(ChildFailed, match=r"(?s)broken ended with code 1.*no such table"):
        supervisor.start(python("broken", "import sys; sys.exit('no such table')"))


def test_a_child_that_is_never_ready_is_told(supervise):
    with supervise() as supervisor, pytest.raises(ChildFailed, match="slow was not ready after 0 s"):
        supervisor.start(python("slow", "import time; time.sleep(60)"), seconds=0.3)


def test_ready_by_address(supervise, tmp_path):
    port_file = tmp_path / "port"
    code = (
        "import http.server, time; time.sleep(0.3);"
        "server = http.server.HTTPServer(('127.0.0.1', 0), http.server.BaseHTTPRequestHandler);"
        f"open({str(port_file)!r}, 'w').write(str(server.server_port)); server.serve_forever()"
    )
    with supervise() as supervisor:
        supervisor.start(Child("finder", [sys.executable, "-c", code]))
        assert eventually(lambda: port_file.exists() and port_file.read_text())
        # Any answer counts, be it 501.
        supervisor.start(Child("waiter", ["sleep", "60"], ready_url=f"http://127.0.0.1:{port_file.read_text()}/"))


def test_a_signal_while_starting(supervise, tmp_path):
    with supervise() as supervisor:
        in_a_moment(0.3, lambda: os.kill(os.getpid(), signal.SIGTERM))
        with pytest.raises(StopRequested):
            supervisor.start(python("slow", "import time; time.sleep(60)"))
    assert marked(tmp_path) == []


def test_a_command_runs_to_its_end_while_children_go_on(supervise, lines):
    chatty = f"import time\n{READY}\nwhile True: print('tick', flush=True); time.sleep(0.05)"
    with supervise() as supervisor:
        supervisor.start(python("chatty", chatty))
        assert supervisor.run([sys.executable, "-c", "import time; time.sleep(0.5); raise SystemExit(7)"]) == 7
    assert [line for _, line in lines].count("tick") > 3


def test_a_signal_ends_the_command_too(supervise, tmp_path):
    with supervise() as supervisor:
        in_a_moment(0.3, lambda: os.kill(os.getpid(), signal.SIGTERM))
        with pytest.raises(StopRequested):
            supervisor.run(["sleep", "60"])
    assert marked(tmp_path) == []


def test_long_and_broken_output_is_passed_on(supervise, lines):
    code = (
        f"import sys; {READY}; sys.stdout.flush();"
        "sys.stdout.buffer.write(b'\\xff\\xfe\\n' + b'x' * 200000 + b'\\nlast\\n'); sys.stdout.flush()"
    )
    with supervise() as supervisor:
        supervisor.start(python("loud", code))
        stop_when(lambda: ("loud", "last") in lines)
        supervisor.watch()
    said = [line for _, line in lines]
    assert "\ufffd\ufffd" in said
    assert "last" in said
    assert sum(line.count("x") for line in said if set(line) == {"x"}) == 200000


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux signals the death of a parent")
def test_children_do_not_outlive_a_killed_supervisor(tmp_path):
    code = (
        "from lkot.local.supervisor import Child, Supervisor\n"
        f"with Supervisor(lambda *_: None, mark={str(tmp_path)!r}) as supervisor:\n"
        "    supervisor.start(Child('one', ['sleep', '60']), Child('two', ['sleep', '60']))\n"
        "    print('up', flush=True)\n"
        "    supervisor.watch()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"up\n"
    assert len(marked(tmp_path)) == 2
    process.kill()
    process.communicate()
    assert eventually(lambda: marked(tmp_path) == [])


def test_end_marked_leaves_others_alone(tmp_path):
    ours = processes.start(["sleep", "60"], environment={**os.environ, processes.MARK: str(tmp_path)})
    other = processes.start(["sleep", "60"], environment={**os.environ, processes.MARK: "somebody else"})
    try:
        assert processes.end_marked(str(tmp_path)) == 1
        assert ours.wait(5) is not None
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
