"""Writes a figure as PNG or SVG; may run beside the GUI thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSaveFile, QSize
from PySide6.QtGui import QFont, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator

from poseapp.core.errors import BadInputError
from poseapp.gui.plots.figure import Figure, paint_figure
from poseapp.gui.style.theme import Palette

FORMATS = (("Picture", ".png"), ("Drawing that scales", ".svg"))
_PIXELS = 2  # of the picture, a px of the figure


def write_figure(figure: Figure, path: Path, palette: Palette, face: QFont) -> Path:
    """Write a figure; the file's suffix says how. Nothing is left behind where it fails.

    Raises:
        BadInputError: The file cannot be written, or has another suffix.
    """
    suffix = path.suffix.lower()
    if suffix not in {known for _, known in FORMATS}:
        raise BadInputError("plots are saved as .png or .svg", where=path.name, remedy="Choose one of the two")
    made = _png(figure, palette, face) if suffix == ".png" else _svg(figure, palette, face)
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly) or file.write(made) != len(made) or not file.commit():
        raise BadInputError(f"the plots cannot be saved ({file.errorString()})", where=path.name)
    return path


def _png(figure: Figure, palette: Palette, face: QFont) -> bytes:
    size = figure.size
    image = QImage(
        round(size.width() * _PIXELS), round(size.height() * _PIXELS), QImage.Format.Format_ARGB32_Premultiplied
    )
    image.setDevicePixelRatio(_PIXELS)
    painter = QPainter(image)
    paint_figure(painter, figure, palette, face)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def _svg(figure: Figure, palette: Palette, face: QFont) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(round(figure.size.width()), round(figure.size.height())))
    generator.setViewBox(QRectF(0, 0, figure.size.width(), figure.size.height()))
    generator.setResolution(96)
    generator.setTitle("Plots")
    generator.setDescription(figure.x_name)
    painter = QPainter(generator)
    paint_figure(painter, figure, palette, face)
    painter.end()
    return bytes(buffer.data().data())
