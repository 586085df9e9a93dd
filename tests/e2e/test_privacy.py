"""Nothing leaves the machine, and no file tells whose it was."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from fixtures.dot_person import write_dot_clip, write_dot_network
from poseapp.cli.main import run as command

PRIVATE = "Erika_Mustermann_1961"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every attempt to reach another machine, or to ask for its name, fails the test."""

    def refuse(*_arguments: object, **_options: object) -> None:
        pytest.fail("a network connection was tried")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


def test_the_whole_job_opens_no_connection_and_names_nobody(offline: None, tmp_path: Path) -> None:
    folder = tmp_path / PRIVATE
    folder.mkdir()
    clip, network = write_dot_clip(folder / "walk.mp4", 30), write_dot_network(tmp_path / "dots.onnx")
    project, out = folder / "walk.poseapp", tmp_path / "out"
    out.mkdir()
    analyse = ["analyze", str(clip), "--model", str(network), "--project", str(project), "--out", str(out / "walk.h5")]
    assert command(analyse) == 0
    assert command(["events", str(project), "--find", "gait"]) == 0
    for kind, name in (
        ("csv", "walk.csv"), ("report", "walk.pdf"), ("report", "walk.html"), ("video", "walk.mp4"),
        ("kinogram", "walk.png"), ("coco", "walk.json"), ("trc", "walk.trc"),
    ):  # fmt: skip
        assert command(["export", str(project), "--format", kind, "--out", str(out / name)]) == 0, kind
    files = [path for path in out.iterdir() if path.is_file()]
    assert len(files) == 8
    for path in files:
        assert PRIVATE.encode() not in path.read_bytes(), path.name
        assert tmp_path.name.encode() not in path.read_bytes(), path.name
