"""The fingerprint is the one that project files hold."""

from __future__ import annotations

import pytest

from poseapp.core.errors import BadInputError
from poseapp.services.hashing import hash_clip
from poseapp.storage.media import sha256_of


def test_a_file_and_a_folder_are_named_as_in_projects(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("b.png", "a.png"):
        (folder / name).write_bytes(name.encode() * 1000)
    for place in (folder, folder / "a.png"):
        assert list(hash_clip(str(place))) == [sha256_of(place)]


def test_a_cancelled_fingerprint_is_nothing(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 100)
    assert list(hash_clip(str(tmp_path / "a"), lambda: True)) == []


def test_a_missing_file_is_one_line(tmp_path):
    with pytest.raises(BadInputError, match="cannot be read"):
        list(hash_clip(str(tmp_path / "gone.mp4")))
