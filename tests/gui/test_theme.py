"""Both themes are readable, and widgets hear of a change."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QPalette

from poseapp.gui.style.theme import DARK, LIGHT, apply_theme, blend, color, contrast, current_palette, font

pytestmark = pytest.mark.gui

THEMES = [DARK, LIGHT]
INKS = ["text", "muted", "accent", "right", "left", "midline", "propagated", "warning", "good", "error"]
GROUNDS = ["background", "surface", "raised"]


@pytest.fixture(autouse=True)
def dark_again(qapp):
    yield
    apply_theme(qapp, "dark")


@pytest.mark.parametrize("palette", THEMES, ids=lambda p: p.name)
@pytest.mark.parametrize("ink", INKS)
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_ink_is_readable_on_every_ground(palette, ink, ground):
    assert contrast(getattr(palette, ink), getattr(palette, ground)) >= 4.5


@pytest.mark.parametrize("palette", THEMES, ids=lambda p: p.name)
def test_text_on_coloured_grounds_is_readable(palette):
    assert contrast(palette.on_accent, palette.accent) >= 4.5
    assert contrast(palette.on_accent, palette.focus) >= 4.0  # a hovered primary button, bold words
    assert min(contrast(palette.text, palette.tint), contrast(palette.text, palette.tint_hover)) >= 4.5
    letter = palette.background if palette.is_dark else palette.surface
    assert all(contrast(letter, person) >= 4.5 for person in palette.persons)


@pytest.mark.parametrize("palette", THEMES, ids=lambda p: p.name)
def test_focus_ring_stands_out(palette):
    assert all(contrast(palette.focus, getattr(palette, ground)) >= 3.0 for ground in GROUNDS)


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#123456", "#123456", 1.0)],
)
def test_contrast_follows_wcag(first, second, ratio):
    assert contrast(first, second) == pytest.approx(ratio, abs=0.01)
    assert contrast(second, first) == pytest.approx(ratio, abs=0.01)


def test_blend_and_alpha():
    assert blend("#ffffff", "#000000", 0.2).name() == "#333333"
    assert color("#102030", 0.5).alphaF() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(("name", "expected"), [("dark", DARK), ("light", LIGHT)])
def test_apply_theme_dresses_the_application(qapp, name, expected):
    assert apply_theme(qapp, name) is expected
    assert current_palette() is expected
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == expected.background
    assert expected.accent in qapp.styleSheet()


def test_system_follows_the_desktop(qapp):
    assert apply_theme(qapp, "system") in THEMES
    qapp.styleHints().colorSchemeChanged.emit(qapp.styleHints().colorScheme())
    assert current_palette() in THEMES
    apply_theme(qapp, "light")
    qapp.styleHints().colorSchemeChanged.emit(qapp.styleHints().colorScheme())
    assert current_palette() is LIGHT  # a chosen theme stays


def test_sides_differ_and_persons_repeat():
    assert len({DARK.side("right"), DARK.side("left"), DARK.side("middle")}) == 3
    assert DARK.person(0) == DARK.person(len(DARK.persons)) != DARK.person(1)


def test_fonts_keep_digits_equally_wide(qapp):
    assert font("body").featureValue(QFont.Tag("tnum")) == 1
    small, body, display = (font(role).pointSizeF() for role in ("small", "body", "display"))
    assert small < body < display
    assert font("strong").weight() == QFont.Weight.DemiBold
