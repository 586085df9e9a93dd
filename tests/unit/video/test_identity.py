from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from fixtures.clips import picture_folder
from poseapp.core.errors import BadInputError
from poseapp.video import fingerprint


def test_fingerprint_is_the_sha256(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert fingerprint(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    data = bytes(range(256)) * 10000  # more than one piece
    (tmp_path / "b").write_bytes(data)
    assert fingerprint(str(tmp_path / "b")) == hashlib.sha256(data).hexdigest()


def test_fingerprint_of_a_folder_sees_names_and_contents(tmp_path: Path) -> None:
    folder = picture_folder(tmp_path / "shots", [1, 2])
    before = fingerprint(folder)
    (folder / "notes.txt").write_text("no picture")
    assert fingerprint(folder) == before
    (folder / "shot2.png").rename(folder / "shot3.png")
    assert fingerprint(folder) != before


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"^gone.mp4: The file does not exist"):
        fingerprint(tmp_path / "gone.mp4")
