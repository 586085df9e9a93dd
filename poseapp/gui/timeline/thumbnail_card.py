"""The small picture above the timeline of the frame under the pointer, with its time and frame."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from poseapp.gui.style.theme import HALF, RADIUS, color, current_palette, font
from poseapp.gui.style.wording import format_time
from poseapp.gui.timeline.timeline import Timeline
from poseapp.services.thumbnails import HEIGHT, WIDTH, Thumbnail, Thumbnails

_SHRINK = 2  # pictures are made for screens of twice the resolution
_REACH = 4  # px to either side in which a frame may stand for the one under the pointer


class ThumbnailCard(QWidget):
    """A picture that floats above the timeline; the mouse does not see it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("thumbnail")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.thumbnail: Thumbnail | None = None
        self.hide()

    @property
    def caption(self) -> str:
        """Which frame is shown, "" for none."""
        shown = self.thumbnail
        return "" if shown is None else f"{format_time(shown.pts)}  ·  frame {shown.index}"

    def show_thumbnail(self, thumbnail: Thumbnail) -> None:
        """Show a picture, large enough for it and its caption."""
        self.thumbnail = thumbnail
        metrics = QFontMetricsF(font("small"))
        picture = self._picture_size()
        width = max(picture.width(), round(metrics.horizontalAdvance(self.caption)))
        self.resize(width + 2 * HALF, picture.height() + round(metrics.height()) + 3 * HALF)
        self.setAccessibleName(self.caption)
        self.update()

    def place(self, over: QPoint) -> None:
        """Lie with the middle of the lower edge at a px of the parent, within it."""
        room = self.parentWidget()
        most = 0 if room is None else max(0, room.width() - self.width())
        self.move(min(max(over.x() - self.width() // 2, 0), most), max(0, over.y() - self.height() - HALF))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a card with the picture and the caption."""
        if self.thumbnail is None:
            return
        palette = current_palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(QPen(color(palette.line), 1))
        painter.setBrush(color(palette.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        size = self._picture_size()
        box = QRectF((self.width() - size.width()) / 2, HALF, size.width(), size.height())
        painter.drawImage(box, _image(self.thumbnail.rgb))
        painter.setFont(font("small"))
        painter.setPen(color(palette.text))
        painter.drawText(
            QRectF(0, box.bottom(), self.width(), self.height() - box.bottom()),
            Qt.AlignmentFlag.AlignCenter,
            self.caption,
        )

    def _picture_size(self) -> QSize:
        assert self.thumbnail is not None
        height, width = self.thumbnail.rgb.shape[:2]
        return QSize(width, height).scaled(WIDTH // _SHRINK, HEIGHT // _SHRINK, Qt.AspectRatioMode.KeepAspectRatio)


def _image(rgb: npt.NDArray[np.uint8]) -> QImage:
    """Return a picture as Qt paints it, which shares its memory."""
    height, width = rgb.shape[:2]
    return QImage(rgb.data, width, height, rgb.strides[0], QImage.Format.Format_RGB888)


class ThumbnailGuide(QObject):
    """Shows the card where the pointer is on the timeline, with what the thread has ready."""

    def __init__(self, timeline: Timeline, thumbnails: Thumbnails, over: QWidget) -> None:
        super().__init__(over)
        self.card = ThumbnailCard(over)
        self._timeline = timeline
        self._thumbnails = thumbnails
        self._pointed: tuple[int, int] | None = None  # frame, and px of the timeline
        self._reach = 0
        timeline.pointed.connect(self._on_pointed)
        thumbnails.ready.connect(self._on_ready)

    def hide(self) -> None:
        """Show nothing, and wish for nothing."""
        self._pointed = None
        self._thumbnails.forget()
        self.card.hide()

    def _on_pointed(self, frame: int, x: int) -> None:
        scene = self._timeline.scene()
        if frame < 0 or scene is None:
            self.hide()
            return
        self._pointed = frame, x
        local = x - scene.plot.left()
        self._reach = max(0, (scene.axis.frame(local + _REACH) - scene.axis.frame(local - _REACH)) // 2)
        if self._thumbnails.slow:
            self.card.hide()  # until it answers
        elif self.card.isVisible():
            self._place(x)
        self._thumbnails.request(frame, self._reach)

    def _on_ready(self, thumbnail: Thumbnail) -> None:
        if self._pointed is None:
            return
        frame, x = self._pointed
        if self._thumbnails.slow and abs(thumbnail.index - frame) > self._reach:
            return
        self.card.show_thumbnail(thumbnail)
        self._place(x)

    def _place(self, x: int) -> None:
        over = self.card.parentWidget()
        if over is not None:
            self.card.place(self._timeline.mapTo(over, QPoint(x, 0)))
