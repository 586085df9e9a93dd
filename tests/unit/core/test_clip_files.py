"""A clip is known by its own files, whatever else lies in its folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from poseapp.core.clip_files import clip_files, fingerprint
from poseapp.core.errors import CancelledError


def test_a_file_has_its_sha256(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"abc")
    assert fingerprint(tmp_path / "a.mp4") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_folder_is_its_pictures_in_natural_order(tmp_path: Path) -> None:
    for name in ("shot10.png", "shot2.png", ".hidden.png"):
        (tmp_path / name).write_bytes(name.encode())
    assert [path.name for path in clip_files(tmp_path)] == ["shot2.png", "shot10.png"]
    lines = "".join(f"{hashlib.sha256(n.encode()).hexdigest()}  {n}\n" for n in ("shot2.png", "shot10.png"))
    assert fingerprint(tmp_path) == hashlib.sha256(lines.encode()).hexdigest()


def test_a_project_saved_among_the_pictures_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"1")
    before = fingerprint(tmp_path)
    (tmp_path / "a.poseapp").write_bytes(b"2")
    assert fingerprint(tmp_path) == before
    (tmp_path / "b.png").write_bytes(b"3")
    assert fingerprint(tmp_path) != before


def test_cancelling(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"abc")
    with pytest.raises(CancelledError):
        fingerprint(tmp_path / "a.mp4", lambda: True)
