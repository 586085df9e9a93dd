"""The stylesheet takes its colours from the palette, and its pictures are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from poseapp.gui.style.stylesheet import build_stylesheet
from poseapp.gui.style.theme import DARK, LIGHT


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda p: p.name)
def test_every_colour_is_of_the_palette(palette):
    known = {value for value in vars(palette).values() if isinstance(value, str)} | {f"#99{palette.muted[1:]}"}
    assert set(re.findall(r"#[0-9a-f]{6,8}", build_stylesheet(palette))) <= known


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda p: p.name)
def test_pictures_exist_in_the_colours_of_the_theme(palette):
    paths = {Path(p) for p in re.findall(r'url\("(.+?)"\)', build_stylesheet(palette))}
    assert len(paths) == 3
    inks = {path.stem.split("-")[0]: path.read_text() for path in paths}
    assert palette.muted in inks["down"]
    assert palette.muted in inks["up"]
    assert palette.on_accent in inks["check"]
