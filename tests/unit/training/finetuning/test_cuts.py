"""Cut-out pictures in one file."""

from __future__ import annotations

import numpy as np

from poseapp.training.finetuning.cuts import Cut, CutStore


def cut(value, height=3, width=2):
    return Cut(np.full((height, width, 3), value, np.uint8), np.array([[1.0, 0, -value], [0, 1.0, 0]]))


def test_cuts_of_any_size_come_back(tmp_path):
    path = tmp_path / "training" / "crops.npz"
    store = CutStore(path)
    store.add("a", cut(7))
    store.add("b", cut(9, 5, 4))
    store.save(["a", "b"])
    again = CutStore(path)
    assert again.missing(["b", "c", "a"]) == ["c"]
    np.testing.assert_array_equal(again.get("b").image, cut(9, 5, 4).image)
    np.testing.assert_array_equal(again.get("a").to_cut, cut(7).to_cut)


def test_what_is_no_longer_wanted_goes(tmp_path):
    store = CutStore(tmp_path / "crops.npz")
    store.add("a", cut(7))
    store.add("b", cut(9))
    store.save(["b", "never there"])
    assert CutStore(tmp_path / "crops.npz").missing(["a", "b"]) == ["a"]


def test_nothing_new_is_not_written_again(tmp_path):
    path = tmp_path / "crops.npz"
    store = CutStore(path)
    store.add("a", cut(7))
    store.save(["a"])
    before = path.stat().st_mtime_ns
    CutStore(path).save(["a"])
    assert path.stat().st_mtime_ns == before


def test_a_file_of_something_else_is_an_empty_store(tmp_path):
    path = tmp_path / "crops.npz"
    for content in (b"", b"something else", b"PK\x03\x04 not whole"):
        path.write_bytes(content)
        assert CutStore(path).missing(["a"]) == ["a"]
