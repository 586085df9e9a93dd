"""One family of drawings, crisp and in the theme's colour."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QImage

from poseapp.core.locations import resources_folder
from poseapp.gui.style.icons import icon, icon_names, pixmap
from poseapp.gui.style.theme import DARK, LIGHT, apply_theme

pytestmark = pytest.mark.gui

PROMISED = {
    *("analyze", "cancel", "close", "error", "export", "eye", "eye-off", "first", "fit", "heatmap", "help", "info"),
    *("last", "open", "pan", "pause", "person", "play", "poseapp", "redo", "save", "select", "step-back"),
    *("step-forward", "swap", "undo", "warning", "zoom-person"),
}


@pytest.fixture(autouse=True)
def dark_again(qapp):
    apply_theme(qapp, "dark")
    yield
    apply_theme(qapp, "dark")


def ink_of(image: QImage) -> str:
    """The colour of the most opaque pixel."""
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return max(pixels, key=lambda c: c.alpha()).name()


def test_all_promised_icons_are_there():
    assert set(icon_names()) >= PROMISED


@pytest.mark.parametrize("name", icon_names())
def test_drawing_belongs_to_the_family(name):
    root = ET.parse(resources_folder() / "icons" / f"{name}.svg").getroot()
    if name != "poseapp":
        assert root.get("viewBox") == "0 0 24 24"
        assert root.get("stroke") == "currentColor"
        assert root.get("stroke-width") == "2"
    image = pixmap(name, 24).toImage()
    assert any(image.pixelColor(x, y).alpha() > 0 for x in range(24) for y in range(24))


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_rendered_at_device_resolution(ratio):
    made = icon("open").pixmap(QSize(20, 20), ratio)
    assert made.devicePixelRatio() == ratio
    assert made.width() == 20 * ratio


def test_follows_the_theme_without_being_made_again(qapp):
    kept = icon("play")
    assert ink_of(kept.pixmap(QSize(24, 24), 1.0).toImage()) == DARK.text
    apply_theme(qapp, "light")
    assert ink_of(kept.pixmap(QSize(24, 24), 1.0).toImage()) == LIGHT.text


def test_ink_and_disabled_differ():
    normal = ink_of(icon("play", "warning").pixmap(QSize(24, 24), 1.0).toImage())
    disabled = ink_of(icon("play", "warning").pixmap(QSize(24, 24), 1.0, QIcon.Mode.Disabled).toImage())
    assert normal == DARK.warning
    assert disabled != normal


def test_copies_survive_their_original():
    copy = QIcon(icon("save"))
    copy.addPixmap(pixmap("save", 8))  # makes Qt clone the engine
    assert not copy.pixmap(QSize(16, 16), 1.0).isNull()


def test_unknown_icon_is_refused():
    with pytest.raises(KeyError, match="no icon 'nonsense'"):
        icon("nonsense")
