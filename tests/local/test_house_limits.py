"""The house limits: sizes of modules, functions and files, and words that must not be there."""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
MODULE_LINES, TEST_LINES, FUNCTION_LINES = 400, 1000, 40
FILE_BYTES = 700_000
OWN_WORDS = Path(__file__).resolve()


@cache
def files() -> tuple[Path, ...]:
    """Everything that is, or would be, committed; in a copy without git, everything but the folders that are made."""
    if not (REPOSITORY / ".git").exists() or not shutil.which("git"):
        return tuple(path for path in REPOSITORY.rglob("*") if path.is_file() and not made(path))
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    found = (REPOSITORY / name for name in listed.split("\0") if name)
    return tuple(path for path in found if path.is_file())


def made(path: Path) -> bool:
    folders = path.relative_to(REPOSITORY).parts[:-1]
    return any((folder.startswith(".") and folder != ".ci") or folder == "__pycache__" for folder in folders)


def modules() -> Iterator[Path]:
    return (path for path in files() if path.suffix == ".py" and "migrations" not in path.parts)


# Where simulators may be named: the development settings, their URLs, and what starts the servers of one machine.
MAY_KNOW_SIMULATORS = {
    "simulators",
    "tests",
    "bin",
    "lkot/settings/development.py",
    "lkot/settings/test.py",
    "lkot/local",
}


def is_test(path: Path) -> bool:
    return path.relative_to(REPOSITORY).parts[0] == "tests"


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the signature to the end, without the docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def test_modules_are_short():
    too_long = {}
    for path in modules():
        lines = len(path.read_text().splitlines())
        if lines >= (TEST_LINES if is_test(path) else MODULE_LINES):
            too_long[str(path.relative_to(REPOSITORY))] = lines
    assert too_long == {}


def test_functions_are_short():
    too_long = {}
    for path in modules():
        if is_test(path):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and length(node) >= FUNCTION_LINES:
                too_long[f"{path.relative_to(REPOSITORY)}:{node.lineno} {node.name}"] = length(node)
    assert too_long == {}


def test_no_module_is_called_utils():
    assert [path for path in modules() if path.name in {"utils.py", "helpers.py", "common.py", "misc.py"}] == []


def test_no_large_file():
    assert {str(path): path.stat().st_size for path in files() if path.stat().st_size > FILE_BYTES} == {}


def test_no_private_key_is_kept():
    pattern = re.compile(rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]")
    assert [path for path in files() if pattern.search(path.read_bytes())] == []


def test_no_unfinished_work():
    pattern = re.compile(r"\b(TODO|FIXME|XXX)\b")
    found = [path for path in modules() if path != OWN_WORDS and pattern.search(path.read_text())]
    assert found == []


def test_every_silenced_check_says_why():
    """`# noqa: CODE  reason` and `# type: ignore[code]  # reason`; a settings module may be everything of its base."""
    silenced = re.compile(r"#\s*(?:noqa(?P<codes>[:\s][^#]*)?|type:\s*ignore(?:\[[^\]]*\])?(?P<rest>.*))$")
    codes = re.compile(r"^[:\s]\s*[A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*\s*[-—:;#]*\s*\w.*")
    without = []
    for path in modules():
        if path == OWN_WORDS:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = silenced.search(line)
            if not match:
                continue
            said = codes.match(match["codes"] or "") if "noqa" in match[0] else "#" in (match["rest"] or "")
            if not said:
                without.append(f"{path.relative_to(REPOSITORY)}:{number}: {line.strip()[-60:]}")
    assert without == []


def test_production_code_does_not_know_the_simulators():
    """No module of the product imports them, at its head or inside a function."""
    known = []
    for path in modules():
        name = path.relative_to(REPOSITORY).as_posix()
        if any(name == allowed or name.startswith(f"{allowed}/") for allowed in MAY_KNOW_SIMULATORS):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            known += [f"{name}:{node.lineno}" for each in names if each.partition(".")[0] == "simulators"]
    assert known == []
