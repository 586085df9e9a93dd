"""The command: what it refuses, in which words and with which exit code, and how it starts again for its memory."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")

from poseapp.cli import finetune
from poseapp.cli.main import run
from poseapp.core.finetune_report import FineTuneReport

REPORT = FineTuneReport("mine", "default", adopted=False, verdict="The old one stays.", seconds=9.6, clips=1, frames=15,
                        marks=210, before_px=4.0, after_px=3.0)  # fmt: skip


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is when it has started again: nothing of this process is changed by the test."""
    for name, value in finetune._MEMORY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(os, "nice", lambda _by: 0, raising=False)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr(finetune, "_listen", lambda _control: None)


def test_no_project_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["finetune", str(tmp_path / "none.poseapp")]) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("poseapp: ")
    assert len(said.err.splitlines()) == 1
    assert not list(tmp_path.iterdir())  # no working folder beside a project that is not there


def test_the_window_is_told_of_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.poseapp").write_text("no project")
    assert run(["finetune", str(tmp_path / "bad.poseapp"), "--progress"]) == 3
    event = json.loads(capsys.readouterr().out)
    assert event["event"] == "Failed"
    assert event["what"]


@pytest.mark.parametrize("minutes", ["0", "-1", "nan", "1e9", "soon"])
def test_minutes_that_make_no_sense_are_wrong_usage(minutes: str) -> None:
    assert run(["finetune", "a.poseapp", "--minutes", minutes]) == 2


@pytest.mark.parametrize("option", ["--json", "--progress", ""])
def test_the_proof_is_said_as_it_was_asked_for(
    option: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("poseapp.training.finetuning.run.carry_out", lambda _order, _control, _say: REPORT)
    assert run(["finetune", "a.poseapp", *([option] if option else [])]) == 0
    out = capsys.readouterr().out
    if option == "--json":
        found = json.loads(out)
        assert (found["before"], found["after"], found["adopted"], found["marks"]) == (4.0, 3.0, False, 210)
    elif option == "--progress":
        assert json.loads(out)["report"]["model"] == "mine"
    else:
        assert out == "The old one stays.\nmine: learnt from 210 marks in 15 frames, 10 s.\n"


@pytest.mark.skipif(sys.platform != "linux", reason="the allocator of another system")
def test_it_starts_again_once_with_the_allocator_that_keeps_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple] = []
    monkeypatch.setattr(os, "execve", lambda *call: started.append(call))
    finetune._keep_memory()
    assert started == []
    monkeypatch.delenv("MALLOC_MMAP_MAX_")
    finetune._keep_memory()
    ((program, arguments, environment),) = started
    assert (program, arguments) == (sys.executable, sys.orig_argv)
    assert environment["MALLOC_MMAP_MAX_"] == "0"
