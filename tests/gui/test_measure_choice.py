"""How a clip is measured is said once, kept with its project, and used by plots and exports alike."""

from __future__ import annotations

from dataclasses import replace

import h5py
import numpy as np
import pytest

from poseapp.core.analysis import MeasureSettings
from poseapp.core.errors import BadInputError
from poseapp.core.filter_settings import FilterSettings
from poseapp.jobs.export import export_analysis
from poseapp.jobs.run import measure_project
from poseapp.services.playback import Zone
from poseapp.services.session import Session
from poseapp.storage.analysis_file import read_analysis

pytestmark = pytest.mark.gui

SLOW = MeasureSettings(FilterSettings("savitzky-golay", window_seconds=0.3))


@pytest.fixture
def analysed(session, dots, qtbot, analyse):
    with qtbot.waitSignal(session.frameReady, timeout=10_000):
        session.open(dots.clip)
    analyse(session, dots)
    settle(session, qtbot)
    qtbot.waitUntil(lambda: session.document.project is not None, timeout=10_000)
    return session


def settle(session, qtbot):
    qtbot.waitUntil(lambda: not session.measuring.busy and session.measuring.measures(0) is not None, timeout=20_000)


def test_other_settings_measure_again_and_are_kept(analysed, dots, qtbot):
    assert analysed.measuring.measures(0).filter.kind == "butterworth"
    heard = []
    analysed.measure_choice.changed.connect(lambda: heard.append(1))
    analysed.measure_choice.choose(SLOW)
    settle(analysed, qtbot)
    assert analysed.measuring.measures(0).filter.kind == "savitzky-golay"
    assert heard == [1]
    analysed.measure_choice.choose(SLOW)  # nothing new
    assert heard == [1]
    project = analysed.document.project.path
    analysed.close()
    assert measure_project(project).settings == SLOW
    again = Session()
    try:
        with qtbot.waitSignal(again.frameReady, timeout=10_000):
            again.open(dots.clip)
        settle(again, qtbot)
        assert again.measure_choice.current == SLOW
        assert again.measuring.measures(0).filter.kind == "savitzky-golay"
    finally:
        again.close()


def test_an_export_from_the_window_says_the_filter(analysed, qtbot, tmp_path):
    analysed.measure_choice.choose(SLOW)
    settle(analysed, qtbot)
    with qtbot.waitSignal(analysed.errands.exported, timeout=20_000):
        analysed.export(tmp_path / "out.h5")
    with h5py.File(tmp_path / "out.h5") as file:
        attrs = file["persons/0/filter"].attrs
        assert (attrs["kind"], attrs["degree"]) == ("savitzky-golay", 3)
        assert attrs["effective_cutoff_hz"] == pytest.approx(analysed.measuring.measures(0).filter.effective_hz)
    assert read_analysis(tmp_path / "out.h5").settings == SLOW


def test_a_static_stretch_reads_zero_and_the_file_says_so(analysed, qtbot, tmp_path):
    before = analysed.measuring.measures(0).angles
    title, moved = analysed.measure_choice.take_neutral(0, Zone(0, 6))
    settle(analysed, qtbot)
    after = analysed.measuring.measures(0).angles
    knee = after.column("right_knee_flexion")
    offset = after.neutral[knee]
    assert offset == pytest.approx(float(np.nanmean(before.values[0:6, knee])), abs=0.5)
    np.testing.assert_array_equal(after.raw, before.raw)
    assert title
    assert moved >= 0
    export_analysis(measure_project(analysed.document.project.path), "h5", tmp_path / "out.h5")
    read = read_analysis(tmp_path / "out.h5").persons[0].angles
    assert read.neutral[knee] == pytest.approx(offset)
    assert analysed.measure_choice.drop_neutral(0)
    settle(analysed, qtbot)
    assert analysed.measuring.measures(0).angles.neutral == ()
    assert not analysed.measure_choice.drop_neutral(0)


def test_a_clip_without_a_word_takes_the_usual_and_nobody_has_no_posture(session, dots, qtbot):
    session.measure_choice.set_usual('{"filter":{"kind":"median"}}')
    with qtbot.waitSignal(session.frameReady, timeout=10_000):
        session.open(dots.clip)
    assert session.measure_choice.current.filter.kind == "median"
    with pytest.raises(BadInputError, match="nothing is measured"):
        session.measure_choice.take_neutral(0, Zone(0, 6))


def test_settings_that_cannot_be_read_are_told(session, qtbot):
    heard = []
    session.noticeRaised.connect(heard.append)
    session.measure_choice.set_usual("nonsense")
    assert len(heard) == 1
    assert session.measure_choice.usual == replace(MeasureSettings())
