"""One family of icons: our own SVG drawings on a 24 px grid, coloured by the theme when they are painted."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from poseapp.core.locations import resources_folder
from poseapp.gui.style.theme import blend, current_palette

_INK = b"currentColor"


@cache
def icon_names() -> tuple[str, ...]:
    """Return the names that `icon` knows, sorted."""
    return tuple(sorted(path.stem for path in (resources_folder() / "icons").glob("*.svg")))


def icon(name: str, ink: str = "text") -> QIcon:
    """Return an icon, crisp at any scale, that follows the theme by itself.

    Args:
        name: One of `icon_names()`.
        ink: The field of `Palette` that colours it.

    Raises:
        KeyError: There is no such icon.
    """
    _drawing(name)
    return QIcon(_SvgEngine(name, ink))


def pixmap(name: str, size: int, ink: str = "text", *, ratio: float = 1.0) -> QPixmap:
    """Return an icon as a picture of `size` px at a device pixel ratio, in today's colour of `ink`."""
    return _render(name, QSize(size, size) * ratio, _ink_color(ink, QIcon.Mode.Normal), ratio)


@cache
def _drawing(name: str) -> bytes:
    path = resources_folder() / "icons" / f"{name}.svg"
    if not path.is_file():
        raise KeyError(f"there is no icon {name!r}")
    return path.read_bytes()


def _ink_color(ink: str, mode: QIcon.Mode) -> str:
    palette = current_palette()
    value: str = getattr(palette, ink)
    if mode == QIcon.Mode.Disabled:
        return blend(value, palette.background, 0.35).name()
    return value


def _render(name: str, size: QSize, ink: str, ratio: float) -> QPixmap:
    key = f"poseapp/{name}/{ink}/{size.width()}x{size.height()}@{ratio:g}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    made = QPixmap(size)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(_drawing(name).replace(_INK, ink.encode()))).render(painter, _fitted(size))
    painter.end()
    made.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, made)
    return made


def _fitted(size: QSize) -> QRectF:
    side = min(size.width(), size.height())
    return QRectF((size.width() - side) / 2, (size.height() - side) / 2, side, side)


class _SvgEngine(QIconEngine):
    """Paints one drawing in the colour that the theme has at that moment."""

    def __init__(self, name: str, ink: str) -> None:
        super().__init__()
        self._name = name
        self._ink = ink

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Paint into a rectangle of the painter's device."""
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(rect.topLeft(), self.scaledPixmap(rect.size(), mode, state, ratio))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return a picture of `size` device px."""
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """Return a picture of `size` px (device-independent, as of Qt 6.8) at a device pixel ratio."""
        ink = "accent" if state == QIcon.State.On and self._ink == "text" else self._ink
        return _render(self._name, size * scale, _ink_color(ink, mode), scale)

    def isNull(self) -> bool:
        """Tell Qt that there is always something to paint."""
        return False

    def clone(self) -> QIconEngine:
        """Return a copy for Qt, which owns it."""
        return _SvgEngine(self._name, self._ink)
