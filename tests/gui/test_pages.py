"""Reports, videos and pictures made in the window."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from fixtures.dot_person import SKELETON, truth, write_dot_clip
from poseapp.core.types import ModelSpec, PoseChunk
from poseapp.gui.main_window import MainWindow
from poseapp.gui.pages.dialog import PagesDialog, PageSetting
from poseapp.services.pages import PageOrder
from poseapp.services.playback import Zone
from poseapp.storage.project import ProjectFile
from poseapp.video import open_clip

pytestmark = pytest.mark.gui
N = 20
SPEC = ModelSpec("probe", "Probe", "efficientpose-rt", SKELETON, (224, 224), (0.0,) * 3, (1.0,) * 3)
ANGLES = [("knee_flexion", "Knee flexion"), ("hip_flexion", "Hip flexion"), ("elbow_flexion", "Elbow flexion")]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    path = folder / "walk.poseapp"
    with (
        open_clip(write_dot_clip(folder / "walk.mp4", N)) as clip,
        ProjectFile.create(path, clip.info, SKELETON) as file,
    ):
        xy = truth(N)[:, None].astype(np.float32)
        score = np.full(xy.shape[:3], 0.9, np.float32)
        cov = np.broadcast_to(np.float32([1, 0, 1]), (*score.shape, 3)).copy()
        run = file.begin_run(SPEC)
        file.write_chunk(run, PoseChunk(0, xy, score, cov))
        file.end_run(run)
    return path


def dialog(qtbot: QtBot, kind: str, zone: tuple[int, int] | None = None, n_shown: int = 2) -> PagesDialog:
    made = PagesDialog(kind, PageSetting([(1, "Ann"), (0, "Person 1")], N, zone, ANGLES, n_shown))  # type: ignore[arg-type]
    qtbot.addWidget(made)
    return made


def test_a_report_asks_for_what_stands_on_it(qtbot: QtBot) -> None:
    asked = dialog(qtbot, "report", (4, 9))
    asked.subject.setText("  A. B.  ")
    order = asked.order
    assert (order.kind, order.person, order.span, order.subject) == ("report", 1, (4, 9), "A. B.")
    assert order.angles == ("knee_flexion", "hip_flexion")
    asked.zone.setChecked(False)
    assert asked.order.span == (0, N)
    assert not asked.style_of.isVisibleTo(asked)
    assert asked.angles.isVisibleTo(asked)


def test_a_report_of_no_angle_cannot_be_made(qtbot: QtBot) -> None:
    asked = dialog(qtbot, "report", n_shown=0)
    assert not asked.go.isEnabled()
    assert "0 are chosen" in asked.hint.text()
    asked.angles.item(2).setCheckState(asked.angles.item(2).checkState().Checked)
    assert asked.go.isEnabled()
    assert asked.hint.text() == ""
    asked.faces.setChecked(True)
    assert "not of others" in asked.hint.text()


@pytest.mark.parametrize(("kind", "shown"), [("video", "style_of"), ("png", "style_of"), ("kinogram", "count")])
def test_each_kind_asks_only_for_its_own(qtbot: QtBot, kind: str, shown: str) -> None:
    asked = dialog(qtbot, kind)
    for name in ("style_of", "layout_of", "count", "subject", "angles", "earlier"):
        expected = name == shown or (kind == "kinogram" and name == "layout_of")
        assert getattr(asked, name).isVisibleTo(asked) == expected, name
    assert asked.go.isEnabled()
    assert not asked.zone.isEnabled()  # there is none
    with qtbot.waitSignal(asked.chosen) as signal:
        asked.go.click()
    assert signal.args[0].kind == kind


@pytest.fixture
def opened(window: MainWindow, qtbot: QtBot, project: Path, tmp_path: Path) -> MainWindow:
    """The window with the project, of which other tests see nothing."""
    for path in project.parent.iterdir():
        if path.suffix in (".mp4", ".poseapp"):
            shutil.copy(path, tmp_path / path.name)
    with qtbot.waitSignal(window.session.clipChanged, timeout=20000):
        window.session.open(tmp_path / project.name)
    (tmp_path / "out").mkdir()
    return window


@pytest.mark.parametrize("name", ["page.pdf", "page.html", "video.mp4", "kinogram.png"])
def test_every_page_is_made_beside_the_window(qtbot: QtBot, opened: MainWindow, tmp_path: Path, name: str) -> None:
    kind = {"pdf": "report", "html": "report", "mp4": "video", "png": "kinogram"}[name.rsplit(".")[-1]]
    order = PageOrder(kind, (0, N), angles=("knee_flexion",), subject="A. B.")  # type: ignore[arg-type]
    notices = []
    opened.session.noticeRaised.connect(notices.append)
    with qtbot.waitSignal(opened.session.pages.ended, timeout=60000):
        opened.topics.pages.make(order, str(tmp_path / "out" / name))
    assert (tmp_path / "out" / name).stat().st_size > 1000
    assert [notice.text for notice in notices] == [f"Written: {name}, in out."]
    assert not opened.session.pages.running


def test_a_video_can_be_stopped_and_leaves_nothing(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    pages = opened.session.pages
    pages.progressed.connect(lambda _done, _total: pages.cancel())
    with qtbot.waitSignal(pages.ended, timeout=60000):
        opened.topics.pages.make(PageOrder("video", (0, N)), str(tmp_path / "out" / "video.mp4"))
    assert list((tmp_path / "out").iterdir()) == []


def test_what_goes_wrong_is_one_notice(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    notices = []
    opened.session.noticeRaised.connect(notices.append)
    with qtbot.waitSignal(opened.session.pages.ended, timeout=60000):
        opened.topics.pages.make(PageOrder("kinogram", (0, N)), str(tmp_path / "nowhere" / "k.png"))
    assert len(notices) == 1
    assert notices[0].kind == "error"
    assert "cannot be written" in notices[0].text


def test_the_menu_asks_about_the_open_clip(qtbot: QtBot, opened: MainWindow) -> None:
    opened.session.playback.set_zone(Zone(3, 8))
    opened.topics.pages.report()
    asked = opened.findChild(PagesDialog, "pages_report")
    assert asked is not None
    assert asked.order.span == (3, 8)
    assert asked.order.angles[:2] == ("knee_flexion", "hip_flexion")
    asked.reject()
