"""The fingerprint is the one that project files hold."""

from __future__ import annotations

import pytest

from poseapp.core.clip_files import fingerprint
from poseapp.core.errors import BadInputError
from poseapp.services.hashing import hash_clip


def test_it_is_the_fingerprint_that_projects_hold(tmp_path):
    (tmp_path / "a.png").write_bytes(b"abc")
    for place in (tmp_path, tmp_path / "a.png"):
        assert list(hash_clip(str(place))) == [fingerprint(place)]


def test_a_cancelled_fingerprint_is_nothing(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 100)
    assert list(hash_clip(str(tmp_path / "a"), lambda: True)) == []


def test_a_missing_file_is_one_line(tmp_path):
    with pytest.raises(BadInputError, match="cannot be read"):
        list(hash_clip(str(tmp_path / "gone.mp4")))
