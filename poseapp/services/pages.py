"""Makes what is there to be looked at - reports, videos, pictures, kinograms - beside the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from poseapp.services.document import Document
from poseapp.services.job_runner import CancelFlag, JobRunner, MakeJob
from poseapp.services.measured_copy import measured_copy

if TYPE_CHECKING:
    from poseapp.core.analysis import Analysis

PageKind = Literal["report", "video", "png", "kinogram"]
SUFFIXES: dict[PageKind, tuple[tuple[str, str], ...]] = {
    "report": (("One page (PDF)", ".pdf"), ("Web page (HTML)", ".html")),
    "video": (("Video (H.264)", ".mp4"),),
    "png": (),
    "kinogram": (("Picture", ".png"),),
}


@dataclass(frozen=True)
class PageOrder:
    """What is to be made.

    Attributes:
        kind: Of the page.
        person: Index. span: First frame and end.
        hide_faces: Of the people who were followed.
        style: Of video and pictures. layout, count: Of a kinogram.
        subject, angles, earlier: Of a report: what stands on it, angles without their side, and the file of an earlier
            session ("" for none).
    """

    kind: PageKind
    span: tuple[int, int]
    person: int = 0
    hide_faces: bool = False
    style: str = "overlay"
    layout: str = "auto"
    count: int = 8
    subject: str = ""
    angles: tuple[str, ...] = ()
    earlier: str = ""


class Pages(QObject):
    """Makes one at a time.

    Signals:
        progressed: (done, in all), of videos and pictures. made: (path). failed: (exception).
        ended: Whatever became of it.
    """

    progressed = Signal(int, int)
    made = Signal(object)
    failed = Signal(object)
    ended = Signal()

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._job = 0
        runner.produced.connect(self._on_produced)
        runner.failed.connect(self._on_failed)
        runner.ended.connect(self._on_ended)

    @property
    def running(self) -> bool:
        """Tell whether something is being made."""
        return bool(self._job)

    def make(self, document: Document, order: PageOrder, path: Path) -> None:
        """Make a page of what the document holds now; what was being made is given up."""
        self.cancel()
        self._job = self._runner.start(page_job(document, order, path))

    def cancel(self) -> None:
        """Give up what is being made; no half file is left."""
        self._runner.cancel(self._job)

    def _on_produced(self, job: int, item: object) -> None:
        if job != self._job:
            return
        if isinstance(item, tuple):
            self.progressed.emit(*item)
        else:
            self.made.emit(item)

    def _on_failed(self, job: int, error: Exception) -> None:
        if job == self._job:
            self.failed.emit(error)

    def _on_ended(self, job: int) -> None:
        if job == self._job:
            self._job = 0
            self.ended.emit()


def page_job(document: Document, order: PageOrder, path: Path) -> MakeJob:
    """Return the job that measures a copy of the poses and makes a page; it yields (done, in all), then the path."""
    measured, clip = measured_copy(document), document.clip.path

    def make(cancel: CancelFlag) -> Iterator[object]:
        yield from _MAKERS[order.kind](clip, measured(), order, path, cancel)
        yield path

    return make


_Maker = Callable[[str, "Analysis", PageOrder, Path, CancelFlag], Iterator[object]]


def _draw(clip: str, analysis: Analysis, order: PageOrder, path: Path, cancel: CancelFlag) -> Iterator[object]:
    from poseapp.jobs.drawn_frames import STYLES, DrawnRequest
    from poseapp.jobs.drawn_video import make_pictures, make_video
    from poseapp.video import open_clip

    style = next(style for style in STYLES if style == order.style)
    request = DrawnRequest(style, order.hide_faces, *order.span)
    make = make_video if order.kind == "video" else make_pictures
    with open_clip(clip) as opened:
        yield from make(opened, analysis, path, request, cancel=cancel)


def _kinogram(clip: str, analysis: Analysis, order: PageOrder, path: Path, _cancel: CancelFlag) -> Iterator[object]:
    from poseapp.jobs.kinogram import LAYOUTS, KinogramRequest, make_kinogram
    from poseapp.video import open_clip

    layout = next(layout for layout in LAYOUTS if layout == order.layout)
    request = KinogramRequest(order.person, order.count, *order.span, layout, hide_faces=order.hide_faces)
    with open_clip(clip) as opened:
        make_kinogram(opened, analysis, path, request)
    yield from ()


def _report(clip: str, analysis: Analysis, order: PageOrder, path: Path, _cancel: CancelFlag) -> Iterator[object]:
    from poseapp.jobs.reporting.report import read_earlier, write_report
    from poseapp.jobs.reporting.request import Measured, ReportRequest

    request = ReportRequest(
        person=order.person,
        subject=order.subject,
        angles=order.angles,
        start=order.span[0],
        stop=order.span[1],
        hide_faces=order.hide_faces,
    )
    earlier = read_earlier(Path(order.earlier)) if order.earlier else None
    write_report(clip, Measured(analysis, earlier), path, request)
    yield from ()


_MAKERS: dict[PageKind, _Maker] = {"report": _report, "video": _draw, "png": _draw, "kinogram": _kinogram}
