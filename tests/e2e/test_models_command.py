"""`poseapp models` on a library of real files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.tiny_networks import dots_spec, write_dots_network
from poseapp.cli.main import run
from poseapp.core.lineage import Lineage
from poseapp.inference import library

LINEAGE = Lineage("poseapp-fast", "ab" * 32, "2026-11-20", clips=1, frames=20, marks=260, before_px=6.5, after_px=3.25)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fine-tuned network, and an empty library."""
    monkeypatch.setenv("POSEAPP_MODELS", str(tmp_path / "own"))
    return write_dots_network(tmp_path / "runner.onnx", spec=replace(dots_spec(name="runner"), lineage=LINEAGE))


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict:
    """Run a command that goes well; return its JSON."""
    assert run(["models", *map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Run a command that is refused; return its one line."""
    assert run(["models", *map(str, arguments)]) == 3
    out, line = capsys.readouterr()
    assert out == ""
    assert line.count("\n") == 1
    return line


def test_a_network_comes_in_is_chosen_named_given_away_and_deleted(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    came = told(capsys, "import", made)
    assert (came["name"], came["lineage"]["parent"], came["lineage"]["marks"]) == ("runner", "poseapp-fast", 260)
    assert told(capsys, "default")["default"] == "poseapp-fast"
    assert told(capsys, "default", "runner")["default"] == "runner"
    assert told(capsys, "rename", "runner", "mia")["default"] is True
    installed = {row["name"]: row for row in told(capsys)["installed"]}
    assert installed["mia"]["default"]
    assert not installed["poseapp-fast"]["default"]
    assert installed["mia"]["sha256"] == came["sha256"]
    out = told(capsys, "export", "mia", "--out", tmp_path / "give.onnx")["file"]
    assert Path(out).read_bytes() == made.read_bytes()
    assert told(capsys, "delete", "mia") == {"deleted": "mia", "default": "poseapp-fast"}
    assert told(capsys, "restore", "mia")["sha256"] == came["sha256"]
    told(capsys, "default", "mia")
    assert told(capsys, "default", "--back")["default"] == "poseapp-fast"


def test_the_table_shows_parent_marks_and_score(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library.add_model(made, adopt=True)
    assert run(["models"]) == 0
    (row,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("runner")]
    assert row.split() == [
        "runner",
        "default",
        "poseapp-fast",
        "1",
        "20",
        "260",
        "6.5",
        "px",
        "3.2",
        "px",
        "2026-11-20",
        "0.0",
        "MB",
    ]


def test_what_cannot_be_done_is_one_line(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "import", made, "--name", "mine")
    assert "came with the application" in refused(capsys, "delete", "poseapp-fast")
    assert "no network of this name" in refused(capsys, "rename", "absent", "x")
    assert "is there already" in refused(capsys, "rename", "mine", "Poseapp-Fast")
    assert "cannot be the name" in refused(capsys, "rename", "mine", "../mine")
    assert "this very network is there already" in refused(capsys, "import", made)
    assert "no default before" in refused(capsys, "default", "--back")
    pickle = tmp_path / "weights.pt"
    pickle.write_bytes(b"PK\x03\x04" + bytes(100))
    assert "ZIP archive, such as PyTorch saves" in refused(capsys, "import", pickle)
    assert "no such network file" in refused(capsys, "import", tmp_path / "absent.onnx")


def test_a_file_is_checked_without_taking_it_in(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "check", made)["name"] == "runner"
    assert [row["name"] for row in told(capsys)["installed"]] == ["poseapp-fast"]
