"""From the store to a measured clip, and to a file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from fixtures.figure import mirrored, walk
from poseapp.core.analysis import FacingStretch, MeasureSettings
from poseapp.core.edit_text import edit_from_json
from poseapp.core.edits import EditGroup, FacingEdit, HideEdit, ItemsEdit, MarkChange, MarksEdit, SwapSidesEdit
from poseapp.core.errors import UsageError
from poseapp.core.filter_settings import FilterSettings
from poseapp.core.history import JournalRow
from poseapp.core.items import Bookmark, ItemChange, PersonNote
from poseapp.core.skeleton import load_skeleton
from poseapp.core.store import PoseStore
from poseapp.core.types import ClipInfo, Key, Mark, MarkState, PoseChunk, Source
from poseapp.jobs.export import export_analysis, format_of
from poseapp.jobs.measure import build_analysis, measure_in_store
from poseapp.storage.analysis_file import read_analysis

BODY = load_skeleton("body18")
TIME = np.arange(120) / 30
CLIP = ClipInfo("/home/rosa/clip.mp4", "video", 640, 480, TIME, 30.0)
WRIST = BODY.index("right_wrist")


@pytest.fixture
def store() -> PoseStore:
    """Two people: one walks right, one left."""
    store = PoseStore(BODY, 120)
    xy = walk(BODY, TIME)
    both = np.stack([xy, mirrored(xy)], axis=1).astype(np.float32)
    cov = np.tile(np.array([1, 0, 1], np.float32), (120, 2, 18, 1))
    store.add_chunk(PoseChunk(0, both, np.full((120, 2, 18), 0.9, np.float32), cov))
    return store


def test_everyone_is_measured(store: PoseStore) -> None:
    analysis = build_analysis(store, CLIP, MeasureSettings(filter=FilterSettings(cutoff_hz=5.0)), source_sha256="ab")
    assert len(analysis.persons) == 2
    assert [p.facing[0].direction for p in analysis.persons] == [1, -1]
    assert [p.filter.requested_hz for p in analysis.persons] == [5.0, 5.0]
    right, left = (p.angles.values[:, p.angles.column("right_knee_flexion")] for p in analysis.persons)
    assert left == pytest.approx(right, abs=0.01)
    assert analysis.settings.filter.cutoff_hz == 5.0
    assert analysis.source_sha256 == "ab"


def test_corrections_and_facing_of_the_store_count(store: PoseStore) -> None:
    absent = Mark(np.nan, np.nan, MarkState.ABSENT)
    changes = (MarkChange(Key(50, 0, WRIST), None, Mark(300, 150)), MarkChange(Key(51, 0, WRIST), None, absent))
    store.apply(MarksEdit(changes, "move"))
    store.apply(FacingEdit(0, (), (FacingStretch(0, 60, -1, 1.0, by_user=True),), "facing"))
    measures = measure_in_store(store, CLIP, 0)
    assert measures.final[50, WRIST].tolist() == [300, 150]
    assert measures.source[50:52, WRIST].tolist() == [Source.CORRECTED, Source.ABSENT]
    assert np.isnan(measures.final[51, WRIST]).all()
    assert [(s.start, s.stop, s.direction, s.by_user) for s in measures.facing] == [
        (0, 60, -1, True),
        (60, 120, 1, False),
    ]


def test_nobody_is_measured_in_an_empty_store() -> None:
    assert build_analysis(PoseStore(BODY, 120), CLIP).persons == ()


def test_journal_keeps_edits_without_names(store: PoseStore, tmp_path: Path) -> None:
    edit = MarksEdit((MarkChange(Key(50, 0, WRIST), None, Mark(300, 150, author="rosa", time=5.0)),), "move")
    swap = SwapSidesEdit(0, 3, 9, ((0, 5),), "swap legs")
    rows = [JournalRow("do", edit, 1_700_000_000.0, "rosa"), JournalRow("do", swap, 1_700_000_060.0, "rosa")]
    analysis = build_analysis(store, CLIP, journal=rows)
    first, second = (json.loads(text) for text in analysis.journal)
    assert (first["kind"], first["time"]) == ("do", "2023-11-14T22:13:20+00:00")
    assert edit_from_json(json.dumps(second["edit"])) == swap
    change = edit_from_json(json.dumps(first["edit"])).changes[0]
    assert change.after == Mark(300, 150, author="", time=5.0)
    export_analysis(analysis, "h5", tmp_path / "clip.h5")
    assert b"rosa" not in (tmp_path / "clip.h5").read_bytes()
    assert read_analysis(tmp_path / "clip.h5").journal == analysis.journal


def test_names_of_persons_and_notes_never_leave_the_project(store: PoseStore, tmp_path: Path) -> None:
    named = ItemsEdit((ItemChange(1, None, PersonNote(0, "rosa")),), "Name a person")
    renamed = ItemsEdit((ItemChange(1, PersonNote(0, "rosa"), PersonNote(0, "rosa b")),), "x")
    mark = ItemsEdit((ItemChange(2, None, Bookmark(4, "rosa limps")),), "Add a bookmark")
    group = EditGroup((renamed, HideEdit(1, (), ((0, 9),), "hide"), mark), "Several")
    rows = [JournalRow("do", edit, 1_700_000_000.0, "") for edit in (named, renamed, mark, group)]
    for edit in (named, renamed):
        store.apply(edit)
    analysis = build_analysis(store, CLIP, journal=rows)
    kept = [edit_from_json(json.dumps(json.loads(text)["edit"])) for text in analysis.journal]
    assert kept[0].changes[0].after == PersonNote(0)
    assert kept[1].changes[0].after == Bookmark(4)
    assert [type(part) for part in kept[2].parts] == [HideEdit, ItemsEdit]
    assert len(kept) == 3, "another name is nothing that an analysis can tell"
    for name in ("h5", "csv"):
        export_analysis(analysis, name, tmp_path / f"clip.{name}")
        assert b"rosa" not in (tmp_path / f"clip.{name}").read_bytes()


@pytest.mark.parametrize("name", ["h5", "csv"])
def test_every_format_writes_a_file(name: str, store: PoseStore, tmp_path: Path) -> None:
    export_analysis(build_analysis(store, CLIP), name, tmp_path / f"clip.{name}")
    assert (tmp_path / f"clip.{name}").stat().st_size > 10_000


def test_unknown_format_is_told(store: PoseStore, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Choose one of h5, csv"):
        export_analysis(build_analysis(store, CLIP), "xls", tmp_path / "clip.xls")
    assert not list(tmp_path.iterdir())


def test_format_of_a_suffix() -> None:
    assert [format_of(name) for name in ("a.h5", "b.HDF5", "c.csv")] == ["h5", "h5", "csv"]
    with pytest.raises(UsageError, match="suffix"):
        format_of("clip.mp4")
