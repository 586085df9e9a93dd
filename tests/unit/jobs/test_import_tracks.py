"""From what a file holds to what it brings to a clip."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fixtures.tracks import ABSENT, BODY, CORRECTED, OCCLUDED, make_tracks
from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import load_skeleton
from poseapp.core.store import PoseStore
from poseapp.core.types import ClipInfo, Key, MarkState, PoseChunk, Source
from poseapp.jobs.following import followed, matched_persons
from poseapp.jobs.import_tracks import bring

PTS = 5.0 + np.arange(6) * 0.04
CLIP = ClipInfo("/home/rosa/walk.mp4", "video", 640, 480, PTS, 25.0)


def predicted_at(brought_chunks: tuple[PoseChunk, ...], frame: int) -> np.ndarray:
    """Return xy (P, K, 2) that the chunks have for a frame."""
    return next(c.xy[frame - c.start] for c in brought_chunks if c.start <= frame < c.stop)


def test_marks_and_predictions_go_their_ways() -> None:
    tracks = make_tracks()
    brought = bring(tracks, CLIP, None)
    assert brought.model.skeleton == BODY
    assert brought.model.name == "poseapp"
    states = {key: mark.state for key, mark in brought.marks.items()}
    assert states == {
        Key(CORRECTED[0], 0, CORRECTED[1]): MarkState.VISIBLE,
        Key(OCCLUDED[0], 0, OCCLUDED[1]): MarkState.OCCLUDED,
        Key(ABSENT[0], 0, ABSENT[1]): MarkState.ABSENT,
    }
    xy = predicted_at(brought.chunks, 2)
    assert np.isnan(xy[0, CORRECTED[1]]).all()
    np.testing.assert_allclose(xy[1, 3], [130.25, 29.0])
    assert (brought.n_persons, brought.n_frames) == (2, 6)


def test_the_clip_measured_with_imported_poses_has_angles() -> None:
    from poseapp.jobs.measure import build_analysis

    brought = bring(make_tracks(), CLIP, None)
    store = PoseStore(brought.model.skeleton, 6)
    for chunk in brought.chunks:
        store.add_chunk(chunk)
    analysis = build_analysis(store, CLIP, model=brought.model)
    values = analysis.persons[0].angles.values
    assert np.isfinite(values[:5]).any()


def test_rows_are_found_by_time() -> None:
    tracks = make_tracks()
    late = replace(tracks.rows(np.array([0, 2, 4])), time=np.array([0.039, 0.121, 0.2]), key="time", frame=np.arange(3))
    brought = bring(late, CLIP, None)
    starts = sorted({chunk.start for chunk in brought.chunks})
    assert starts == [1, 3, 5]
    np.testing.assert_allclose(predicted_at(brought.chunks, 3)[1, 0], [100.25, 26.0])  # what the row of frame 2 held


def test_of_rows_of_one_frame_the_nearest_in_time_counts() -> None:
    tracks = make_tracks().rows(np.array([0, 1, 2]))
    dense = replace(tracks, time=np.array([0.0, 0.02, 0.041]), key="time")
    brought = bring(dense, CLIP, None)
    assert [chunk.start for chunk in brought.chunks] == [0]
    np.testing.assert_allclose(predicted_at(brought.chunks, 1)[1, 0], [100.25, 26.0])
    assert any("left out" in note for note in brought.notes)


def test_pictures_are_found_by_name_and_frames_of_a_video_by_the_digits() -> None:
    tracks = make_tracks().rows(np.array([1, 2]))
    named = replace(tracks, pictures=("b.png", "a.png"), key="picture", frame=np.arange(2))
    images = replace(CLIP, kind="images")
    brought = bring(named, images, None, pictures=["a.png", "x.png", "b.png", "c.png", "d.png", "e.png"])
    np.testing.assert_allclose(predicted_at(brought.chunks, 2)[1, 0], [100.25, 23.0])  # b.png held frame 1
    np.testing.assert_allclose(predicted_at(brought.chunks, 0)[1, 0], [100.25, 26.0])
    numbered = replace(named, pictures=("img0003.png", "img0005.png"))
    assert sorted(chunk.start for chunk in bring(numbered, CLIP, None).chunks) == [3, 5]


def test_what_belongs_to_no_frame_is_told() -> None:
    tracks = replace(make_tracks(), frame=np.array([0, 1, 2, 3, 40, 41]))
    brought = bring(tracks, CLIP, None)
    assert any("One row of the file belong" in note or "row" in note for note in brought.notes)
    with pytest.raises(BadInputError, match="nothing in the file belongs"):
        bring(replace(tracks, frame=np.arange(100, 106)), CLIP, None)


def test_y_up_is_turned_and_metres_are_refused() -> None:
    tracks = make_tracks()
    up = replace(tracks, y_up=True)
    np.testing.assert_allclose(predicted_at(bring(up, CLIP, None).chunks, 1)[1, 0], [100.25, 479 - 23.0])
    with pytest.raises(BadInputError, match="in m, not in px"):
        bring(replace(tracks, unit="m"), CLIP, None)


def test_unknown_keypoints_become_a_skeleton_of_their_own() -> None:
    tracks = make_tracks()
    renamed = replace(tracks, keypoints=("tail", *tracks.keypoints[1:]))
    skeleton = bring(renamed, CLIP, None).model.skeleton
    assert set(skeleton.keypoints) == set(renamed.keypoints)


def test_a_project_keeps_its_keypoints_and_gets_those_that_it_lacks() -> None:
    store = PoseStore(load_skeleton("coco17"), 6)
    brought = bring(make_tracks(), CLIP, store)
    store.apply(brought.added)
    assert brought.model.skeleton.keypoints == store.skeleton.keypoints
    assert store.skeleton.keypoints[:17] == load_skeleton("coco17").keypoints
    assert set(store.skeleton.keypoints[17:]) == set(BODY.keypoints) - set(load_skeleton("coco17").keypoints)
    assert brought.added is not None
    nose = store.skeleton.index("nose")
    np.testing.assert_allclose(predicted_at(brought.chunks, 1)[1, nose], [100.25 + 10 * BODY.index("nose"), 23.0 + 18])
    tail = replace(make_tracks(), keypoints=tuple(f"tail{k}" for k in range(BODY.n_keypoints)))
    with pytest.raises(BadInputError, match="none of its keypoints"):
        bring(tail, CLIP, store)


def test_people_are_matched_with_those_of_the_project() -> None:
    tracks = make_tracks()
    store = PoseStore(BODY, 6)
    predicted = replace(tracks, source=np.where(tracks.seen, Source.PREDICTED, Source.MISSING).astype(np.uint8))
    for chunk in bring(predicted.columns([1, 0]), CLIP, None).chunks:
        store.add_chunk(chunk)
    labels = tracks.without(~tracks.placed)
    keys = set(bring(labels, CLIP, store).marks)
    assert {key.person for key in keys} == {1}


def test_people_without_names_are_followed() -> None:
    tracks = make_tracks()
    mixed = tracks.xy.copy()
    mixed[[2, 4]] = mixed[[2, 4]][:, ::-1]
    unordered = replace(tracks, xy=mixed, follows=False)
    found = followed(unordered)
    np.testing.assert_array_equal(found.xy[1:5], tracks.xy[1:5])


def test_matching_takes_each_person_once() -> None:
    here = np.zeros((1, 2, 1, 2))
    here[0, :, 0] = [[0, 0], [10, 0]]
    there = np.zeros((1, 2, 1, 2))
    there[0, :, 0] = [[11, 0], [9, 0]]
    assert matched_persons(here, there) == [1, 0]
    assert matched_persons(here, np.full((1, 1, 1, 2), np.nan)) == [0, 1]
    assert matched_persons(here, there[:, :1]) == [1, 0]


def test_scores_that_a_file_does_not_have_count_as_sure() -> None:
    tracks = make_tracks()
    plain = replace(tracks, score=np.full_like(tracks.score, np.nan))
    chunk = bring(plain, CLIP, None).chunks[0]
    assert np.nanmin(chunk.score) == 1.0
    assert np.array_equal(np.isnan(chunk.score), np.isnan(chunk.xy[..., 0]))
    assert int(plain.source[5].max()) == Source.MISSING


def test_many_keypoints_can_be_added() -> None:
    """A skeleton that has grown by many keypoints is still one that a network's description may have."""
    store = PoseStore(load_skeleton("lsp14"), 6)
    brought = bring(make_tracks(), CLIP, store)
    assert brought.model.skeleton.n_keypoints == 21
    assert len(brought.model.skeleton.name) <= 64
