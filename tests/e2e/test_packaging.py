"""The folder application: built from the spec, it answers and opens its window."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_folder_application_answers(tmp_path: Path) -> None:
    pytest.importorskip("PyInstaller", reason="needs the extra [package]")
    build = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--distpath", str(tmp_path / "dist")]
    build += ["--workpath", str(tmp_path / "build"), str(ROOT / "packaging" / "poseapp.spec")]
    subprocess.run(build, check=True, capture_output=True, cwd=ROOT)
    program = tmp_path / "dist" / "poseapp" / "poseapp"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(program), "selfcheck"], capture_output=True, text=True, env=environment, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAIL" not in done.stdout
    shipped = {path.name for path in program.parent.rglob("*")}
    assert "torch" not in shipped
    assert "libqsvg.so" in shipped or not sys.platform.startswith("linux")  # draws small arrows and check marks
