"""Looks again at the shown frame, to lay one keypoint's heatmap over it; the latest wish wins."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from poseapp.core.errors import PoseappError
from poseapp.core.geometry import Affine, Box
from poseapp.core.types import Float32, Frame

if TYPE_CHECKING:
    from poseapp.inference.network import Network

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class HeatmapWish:
    """One keypoint's heatmap of a person in a frame.

    `box` is that of the person's keypoints, px, as the network is to see it; `model` a name or path.
    """

    frame: Frame
    box: Box
    keypoint: int
    model: str


@dataclass(frozen=True)
class HeatmapAnswer:
    """A heatmap: `values` (h, w), 0..1, of frame `index`, and the map of its px to image px."""

    index: int
    keypoint: int
    values: Float32
    to_image: Affine


class _Worker(QObject):
    """Lives in the thread and keeps the network loaded. Signals: done(HeatmapAnswer), failed(exception)."""

    done = Signal(object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._model = ""
        self._network: Network | None = None

    def compute(self, wish: HeatmapWish) -> None:
        """Answer a wish."""
        try:
            self.done.emit(self._answer(wish))
        except PoseappError as error:
            _logger.info("%s", error)
            self.failed.emit(error)
        except Exception as error:
            _logger.exception("No heatmap")
            self.failed.emit(error)

    def shut(self) -> None:
        """Let go of the network and end the thread."""
        self._network = None
        self.thread().quit()

    def _answer(self, wish: HeatmapWish) -> HeatmapAnswer:
        from poseapp.inference.catalog import find_model
        from poseapp.inference.estimate import heatmap_in_image
        from poseapp.inference.network import load_network

        if self._network is None or self._model != wish.model:
            self._network, self._model = load_network(find_model(wish.model)), wish.model
        spec = self._network.spec
        crop = wish.box.shaped(*spec.input_size, spec.crop_factor)
        found = heatmap_in_image(self._network, wish.frame.rgb, crop, wish.keypoint)
        return HeatmapAnswer(wish.frame.index, wish.keypoint, found.values, found.to_image)


class Heatmaps(QObject):
    """Computes heatmaps beside the GUI thread; the thread starts with the first wish.

    Signals:
        ready: (HeatmapAnswer).
        failed: (exception).
    """

    ready = Signal(object)
    failed = Signal(object)

    _asked = Signal(object)
    _shut_asked = Signal()

    def __init__(self, parent: QObject | None = None, *, make_worker: Callable[[], _Worker] = _Worker) -> None:
        super().__init__(parent)
        self._make_worker = make_worker
        self._worker: _Worker | None = None
        self._thread = QThread(self)
        self._thread.setObjectName("heatmaps")
        self._busy = False
        self._pending: HeatmapWish | None = None

    def request(self, wish: HeatmapWish) -> None:
        """Ask for a heatmap; while one is computed only the latest wish is remembered."""
        if self._worker is None:
            self._start()
        if self._busy:
            self._pending = wish
            return
        self._busy = True
        self._asked.emit(wish)

    def forget(self) -> None:
        """Drop the wish that waits."""
        self._pending = None

    def close(self) -> None:
        """End the thread."""
        if self._thread.isRunning():
            self._shut_asked.emit()
            self._thread.wait()

    def _start(self) -> None:
        self._worker = self._make_worker()
        self._worker.moveToThread(self._thread)
        self._asked.connect(self._worker.compute)
        self._shut_asked.connect(self._worker.shut)
        self._worker.done.connect(self._on_done)
        self._worker.failed.connect(self._on_failed)
        self._thread.start()

    def _on_done(self, answer: HeatmapAnswer) -> None:
        self._next()
        self.ready.emit(answer)

    def _on_failed(self, error: Exception) -> None:
        self._next()
        self.failed.emit(error)

    def _next(self) -> None:
        self._busy = False
        wish, self._pending = self._pending, None
        if wish is not None:
            self.request(wish)
