"""The house rules that no linter knows: sizes, docstrings' weight, and what the window's process loads."""

from __future__ import annotations

import ast
import importlib.util
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "poseapp"
MODULES = sorted(PACKAGE.rglob("*.py"))

MODULE_LINES, MEDIAN_LINES = 400, 150
FUNCTION_LINES, LONG_FUNCTION_LINES, CLASS_METHODS = 40, 60, 20
# A network's forward pass and a dialog's layout read top to bottom; cutting them up makes them harder to follow.
LONG_FUNCTIONS = ("nets", "gui/dialogs")
TORCH_ROOMS = ("nets", "training")
LATE = ("onnxruntime", "scipy", "h5py")
WINDOW_ROOMS = ("gui", "services")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def length(function: Function) -> int:
    """Count the lines of a function, from `def` to its end, without its docstring."""
    first = function.body[0]
    documented = ast.get_docstring(function) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the top-level packages that a module imports anywhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def breaches(path: Path, source: str) -> Iterator[str]:
    """Yield what a module does against the rules."""
    room, tree = room_of(path), ast.parse(source)
    lines = source.count("\n")
    if lines > MODULE_LINES:
        yield f"{room}: {lines} lines, at most {MODULE_LINES}"
    limit = LONG_FUNCTION_LINES if room.startswith(LONG_FUNCTIONS) or "dialog" in room else FUNCTION_LINES
    for function in functions(tree):
        if length(function) > limit:
            yield f"{room}:{function.lineno} {function.name}: {length(function)} lines, at most {limit}"
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            methods = sum(isinstance(part, Function) for part in node.body)
            if methods > CLASS_METHODS:
                yield f"{room}:{node.lineno} {node.name}: {methods} methods, at most {CLASS_METHODS}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield f"{room}:{node.lineno}: print"
    if "torch" in imported(tree) and not room.startswith(TORCH_ROOMS):
        yield f"{room}: imports torch"


def test_every_module_keeps_the_rules() -> None:
    found = [breach for path in MODULES for breach in breaches(path, path.read_text(encoding="utf-8"))]
    assert not found, "\n" + "\n".join(found)


def test_the_middle_module_is_short() -> None:
    lines = [path.read_text(encoding="utf-8").count("\n") for path in MODULES if path.name != "__init__.py"]
    assert statistics.median(lines) <= MEDIAN_LINES


def test_every_module_says_why_it_exists() -> None:
    silent = [room_of(path) for path in MODULES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert not silent


BODY = "    x = 1\n"
SAMPLES = {
    "core/a.py": ("x = 1\n" * 401, "401 lines"),
    "core/b.py": ("def f():\n" + BODY * 40, "f: 41 lines"),
    "core/c.py": ('def f():\n    """' + "\n" * 30 + '"""\n' + BODY * 39, ""),
    "nets/d.py": ("import torch\ndef f():\n" + BODY * 59, ""),
    "nets/e.py": ("def f():\n" + BODY * 60, "f: 61 lines"),
    "gui/dialogs/f.py": ("def f():\n" + BODY * 59, ""),
    "gui/export_dialog.py": ("def f():\n" + BODY * 59, ""),
    "core/g.py": ("class C:\n" + "".join(f"    def m{i}(self): ...\n" for i in range(21)), "C: 21 methods"),
    "core/h.py": ("def f():\n    print(1)\n", "print"),
    "services/i.py": ("def f():\n    from torch import nn\n", "imports torch"),
    "gui/j.py": ("import torch.nn\n", "imports torch"),
}


@pytest.mark.parametrize("room", SAMPLES)
def test_the_rules_find_what_they_are_for(room: str) -> None:
    source, expected = SAMPLES[room]
    found = list(breaches(PACKAGE / room, source))
    assert len(found) == bool(expected), found
    assert expected in "".join(found)


def loaded_by(*modules: str) -> set[str]:
    """Return the top-level packages in memory after importing modules in a fresh process."""
    code = f"import sys, json, {', '.join(modules)}; sys.stdout.write(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return {name.split(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


def window_modules() -> list[str]:
    """Return every module of the window's process, and its entry once it is there."""
    paths = [path for room in WINDOW_ROOMS for path in sorted((PACKAGE / room).rglob("*.py"))]
    names = [".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in paths]
    entry = ["poseapp.app"] if importlib.util.find_spec("poseapp.app") else []
    return [name.removesuffix(".__init__") for name in names] + entry


def test_the_window_never_loads_torch() -> None:
    assert "torch" not in loaded_by(*window_modules())


def test_heavy_libraries_wait_until_the_window_is_shown() -> None:
    entry = [name for name in window_modules() if name == "poseapp.app"]
    assert not loaded_by("poseapp.gui", *entry) & set(LATE)


@pytest.mark.parametrize("module", ["poseapp", "poseapp.core.store", "poseapp.storage.project"])
def test_rooms_without_a_window_load_no_qt_and_no_torch(module: str) -> None:
    assert not loaded_by(module) & {"PySide6", "torch", *LATE}
