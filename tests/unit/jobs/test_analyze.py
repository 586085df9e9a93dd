"""A whole clip, through a real network, against known truth."""

from __future__ import annotations

import threading
from collections.abc import Generator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from fixtures.dot_person import SKELETON, truth, write_dot_clip, write_dot_network
from fixtures.dots import draw, place_body, write_clip
from fixtures.tiny_networks import write_dots_network
from poseapp.core.errors import BadInputError, UsageError
from poseapp.core.geometry import Box
from poseapp.core.types import PoseChunk
from poseapp.inference.network import Network, load_network
from poseapp.inference.tracker import Tracker
from poseapp.jobs.analyze import Outcome, Reading, analyze
from poseapp.video import open_clip

N = 75
BODIES = np.stack([place_body(80 + 2 * t, 100 + 20 * np.sin(t / 10), 110) for t in range(N)])


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return load_network(write_dots_network(tmp_path_factory.mktemp("networks") / "dots.onnx"), threads=1)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "walk.mkv"
    return write_clip(path, [draw((200, 320), [body]) for body in BODIES])


@pytest.fixture(autouse=True)
def no_thread_stays() -> object:
    before = set(threading.enumerate())
    yield
    assert not [thread for thread in threading.enumerate() if thread not in before]


def joined(chunks: list[PoseChunk]) -> np.ndarray:
    """Return xy (T, P, K, 2) of chunks that must follow one another without a hole."""
    for first, second in pairwise(chunks):
        assert first.stop == second.start
    return np.concatenate([chunk.xy for chunk in chunks])


def test_every_frame_once_in_order_and_right(clip: Path, network: Network) -> None:
    chunks = list(analyze(clip, network))
    assert chunks[0].start == 0
    assert all(16 <= len(chunk.xy) <= 64 for chunk in chunks[:-1])
    xy = joined(chunks)
    assert xy.shape == (N, 1, 6, 2)
    assert np.linalg.norm(xy[:, 0] - BODIES, axis=-1).mean(axis=1).max() < 0.7
    assert all(np.isfinite(chunk.score).all() and np.isfinite(chunk.cov).all() for chunk in chunks)


def test_open_clip_path_and_names_do_the_same(clip: Path, network: Network) -> None:
    with open_clip(clip) as opened:
        from_clip = joined(list(analyze(opened, network, Reading(box=Box.around(BODIES[0])))))
        assert opened.frame_at(3).index == 3  # still the caller's
    from_path = joined(list(analyze(str(clip), network.path, Reading(box=Box.around(BODIES[0])))))
    np.testing.assert_allclose(from_clip, from_path, atol=1e-3)


def test_span(clip: Path, network: Network) -> None:
    chunks = list(analyze(clip, network, Reading(span=(30, 41))))
    assert (chunks[0].start, chunks[-1].stop) == (30, 41)
    assert np.linalg.norm(joined(chunks)[:, 0] - BODIES[30:41], axis=-1).mean() < 0.7
    with pytest.raises(UsageError, match="are none"):
        next(analyze(clip, network, Reading(span=(N, None))))


def test_missing_second_person_is_nan(clip: Path, network: Network) -> None:
    xy = joined(list(analyze(clip, network, Reading(persons=2, span=(0, 20)))))
    assert xy.shape == (20, 2, 6, 2)
    assert np.isfinite(xy[:, 0]).all()
    assert np.isnan(xy[:, 1]).all()


def test_cancel_keeps_what_is_done(clip: Path, network: Network) -> None:
    asked = iter(range(1000))
    chunks = list(analyze(clip, network, cancel=lambda: next(asked) >= 23))
    assert chunks[-1].stop == 23
    assert np.isfinite(joined(chunks)).all()


def test_closing_early_leaves_no_thread(clip: Path, network: Network) -> None:
    job = analyze(clip, network)
    next(job)
    job.close()


def test_error_on_the_way_comes_out(clip: Path, network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(Tracker, "step", fail)
    with pytest.raises(RuntimeError, match="out of memory"):
        list(analyze(clip, network))


def test_cut_off_file_is_analysed_as_far_as_it_goes(clip: Path, network: Network, tmp_path: Path) -> None:
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    chunks, outcome = drain(analyze(cut, network))
    xy = joined(chunks)
    seen = np.isfinite(xy[:, 0]).all(axis=(1, 2))
    assert 20 < seen.sum() < N
    assert np.linalg.norm(xy[seen, 0] - BODIES[: len(xy)][seen], axis=-1).mean(axis=1).max() < 0.7
    assert outcome.problems


def test_frames_that_cannot_be_read_become_nan(clip: Path, network: Network) -> None:
    with open_clip(clip) as opened:
        every = list(opened.frames())
        opened.frames = lambda start, stop: iter([f for f in every[start:stop] if f.index not in (7, 8, 74)])  # type: ignore[method-assign]
        xy = joined(list(analyze(opened, network)))
    assert len(xy) == N
    assert np.flatnonzero(np.isnan(xy[:, 0, 0, 0])).tolist() == [7, 8, 74]


def drain(job: Generator[PoseChunk, None, Outcome]) -> tuple[list[PoseChunk], Outcome]:
    """Return the chunks and what is returned after them."""
    chunks = []
    while True:
        try:
            chunks.append(next(job))
        except StopIteration as end:
            return chunks, end.value


def test_sides_are_settled_in_chunks_that_replace_earlier_ones(tmp_path: Path) -> None:
    """The network sees left legs for right ones in five frames, because they are drawn so."""
    poses = truth(70)
    legs = [SKELETON.index(f"{side}_{part}") for side in ("left", "right") for part in ("knee", "ankle")]
    drawn = poses.copy()
    drawn[30:35, legs] = poses[30:35][:, [legs[2], legs[3], legs[0], legs[1]]]
    clip = write_dot_clip(tmp_path / "walk.mp4", poses=drawn)
    network = load_network(write_dot_network(tmp_path / "dots.onnx"), threads=1)
    chunks, outcome = drain(analyze(clip, network))
    new = [chunk for i, chunk in enumerate(chunks) if chunk.start >= max((c.stop for c in chunks[:i]), default=0)]
    replacements = [chunk for chunk in chunks if chunk not in new]
    assert np.linalg.norm(joined(new)[:, 0] - drawn, axis=-1).max() < 3  # what the network said comes at once
    assert [(chunk.start, chunk.stop) for chunk in replacements] == [(30, 35)]
    assert np.linalg.norm(replacements[0].xy[:, 0] - poses[30:35], axis=-1).max() < 3
    assert outcome.exchanged == (5,)
    assert outcome.notes == ("Left and right were exchanged in 5 frames of person 1.",)


def test_a_keypoint_that_is_astray_for_a_moment_is_put_back(tmp_path: Path) -> None:
    """The network sees an ankle on the other foot in four frames, because it is drawn so."""
    poses, ankle = truth(70), SKELETON.index("left_ankle")
    drawn = poses.copy()
    drawn[30:34, ankle] = poses[30:34, SKELETON.index("right_ankle")] + [1, 6]
    clip = write_dot_clip(tmp_path / "walk.mp4", poses=drawn)
    network = load_network(write_dot_network(tmp_path / "dots.onnx"), threads=1)
    chunks, outcome = drain(analyze(clip, network))
    assert (chunks[-1].start, chunks[-1].stop) == (30, 34)
    assert np.linalg.norm(chunks[-1].xy[:, 0] - poses[30:34], axis=-1).max() < 4
    assert outcome.bridged == (4,)
    assert outcome.notes == ("Keypoints astray were put back in 4 frames of person 1.",)
    chunks, outcome = drain(analyze(clip, network, Reading(settle=False)))
    assert np.linalg.norm(joined(chunks)[:, 0] - drawn, axis=-1).max() < 3
    assert outcome.notes == ()


def test_notes_name_only_those_who_were_changed() -> None:
    assert Outcome((), (0, 0)).notes == ()
    assert Outcome((), (0, 1)).notes == ("Left and right were exchanged in 1 frame of person 2.",)


def test_mirror_looks_twice(clip: Path, network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    crops: list[int] = []
    read = Network.heatmaps

    def count(self: Network, pixels: np.ndarray) -> np.ndarray:
        crops.append(len(pixels))
        return read(self, pixels)

    monkeypatch.setattr(Network, "heatmaps", count)
    box = Box.around(BODIES[0])
    once = joined(list(analyze(clip, network, Reading(box=box, span=(0, 20)))))
    n_once = sum(crops)
    twice = joined(list(analyze(clip, network, Reading(box=box, span=(0, 20), mirror=True))))
    assert sum(crops) - n_once > 1.8 * n_once
    np.testing.assert_allclose(twice, once, atol=0.5)


def test_bad_input_is_told(clip: Path, network: Network, tmp_path: Path) -> None:
    with pytest.raises(BadInputError):
        next(analyze(tmp_path / "absent.mp4", network))
    with pytest.raises(BadInputError, match="no such network file"):
        next(analyze(clip, tmp_path / "absent.onnx"))
    with pytest.raises(UsageError, match="at least one"):
        next(analyze(clip, network, Reading(persons=0)))
