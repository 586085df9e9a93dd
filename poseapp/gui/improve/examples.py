"""Example frames before and after, as the report made them: as wide as the panel, larger when chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QDialog, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from poseapp.gui.style.focus_ring import paint_focus_ring, ring_after
from poseapp.gui.style.theme import GRID, HALF, RADIUS, font

_MOST_HIGH = 60 * GRID
_SMALL = 72 * GRID  # px
_ON_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(frozen=True)
class ExamplePicture:
    """A picture and what it shows, in words; `small` is for the panel."""

    title: str
    image: QImage
    small: QImage


def decode_examples(files: Sequence[tuple[str, bytes]]) -> tuple[ExamplePicture, ...]:
    """Return the pictures of (title, file); what cannot be decoded is left out. For a job, not for the GUI thread."""
    made = ((title, QImage.fromData(data)) for title, data in files)
    return tuple(ExamplePicture(title, image, _small(image)) for title, image in made if not image.isNull())


class Examples(QWidget):
    """The pictures one below the other; hidden while there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pictures: list[_Picture] = []
        title = QLabel(self.tr("Held-out frames: corrected, before, after"), self)
        title.setFont(font("strong"))
        title.setWordWrap(True)
        self._captions: list[QLabel] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(HALF)
        self._column.addWidget(title)
        self.hide()

    def set_pictures(self, pictures: Sequence[ExamplePicture]) -> None:
        """Show other pictures."""
        for old in (*self.pictures, *self._captions):
            self._column.removeWidget(old)
            old.deleteLater()
        self.pictures = [_Picture(picture, self) for picture in pictures]
        self._captions = [self._caption(picture.title) for picture in pictures]
        for caption, made in zip(self._captions, self.pictures, strict=True):
            made.opened.connect(self._open)
            self._column.addWidget(caption)
            self._column.addWidget(made)
        self.setVisible(bool(self.pictures))

    def _caption(self, title: str) -> QLabel:
        label = QLabel(title, self)
        label.setFont(font("small"))
        label.setProperty("tone", "muted")
        return label

    def _open(self, picture: ExamplePicture) -> None:
        dialog = PictureDialog(picture, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


class _Picture(QWidget):
    """One picture, as wide as there is room. Signal opened(ExamplePicture): it is wanted larger."""

    opened = Signal(object)

    def __init__(self, picture: ExamplePicture, parent: QWidget) -> None:
        super().__init__(parent)
        self._picture = picture
        self._ringed = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(picture.title)
        self.setToolTip(self.tr("{title}: click or press Enter to see it larger").format(title=picture.title))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        """Keep the picture's shape."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the px that the picture is high at a width."""
        image = self._picture.image
        return min(_MOST_HIGH, round(width * image.height() / max(1, image.width())))

    def sizeHint(self) -> QSize:
        """Ask for a usual width."""
        return QSize(36 * GRID, self.heightForWidth(36 * GRID))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it, and the ring where the keyboard is."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(_fitted(self._picture.small, QRectF(self.rect())), self._picture.small)
        if self.hasFocus() and self._ringed:
            paint_focus_ring(painter, self)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring for a focus by keyboard."""
        super().focusInEvent(event)
        self._ringed = ring_after(event, before=self._ringed)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open it by keyboard."""
        if event.key() in _ON_KEYS:
            self.opened.emit(self._picture)
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open it by mouse."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self._picture)


class PictureDialog(QDialog):
    """A picture as large as the screen allows; Esc closes it."""

    def __init__(self, picture: ExamplePicture, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(picture.title)
        label = QLabel(self)
        label.setAccessibleName(picture.title)
        room = self.screen().availableSize() * 0.85
        image = picture.image
        target = image.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        if target.width() > 2 * image.width():
            target = image.size() * 2
        label.setPixmap(_scaled(image, target))
        scroll = QScrollArea(self)
        scroll.setWidget(label)
        scroll.setWidgetResizable(True)
        scroll.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(RADIUS, RADIUS, RADIUS, RADIUS)
        column.addWidget(scroll)
        self.resize(target + QSize(2 * RADIUS + HALF, 2 * RADIUS + HALF))


def _small(image: QImage) -> QImage:
    """Return a picture as wide as a wide panel: drawn smaller from the whole one, thin lines would be torn."""
    if image.width() <= _SMALL:
        return image
    return image.scaledToWidth(_SMALL, Qt.TransformationMode.SmoothTransformation)


def _scaled(image: QImage, size: QSize) -> QPixmap:
    return QPixmap.fromImage(
        image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    )


def _fitted(image: QImage, room: QRectF) -> QRectF:
    scale = min(room.width() / max(1, image.width()), room.height() / max(1, image.height()))
    return QRectF(room.left(), room.top(), image.width() * scale, image.height() * scale)
