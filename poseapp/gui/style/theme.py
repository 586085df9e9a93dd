"""The look of the window in one place: colours, spacing and type; everything that paints asks here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from poseapp.core.side_colors import SIDE_COLORS
from poseapp.core.skeleton import Side
from poseapp.gui.style.stylesheet import build_stylesheet

ThemeName = Literal["dark", "light", "system"]
FontRole = Literal["small", "body", "strong", "title", "display"]

GRID = 8  # px; every distance is a multiple of it, or half of it
HALF = GRID // 2
ICON_SIZE = 20  # px, in tool bars and buttons
RADIUS = 6  # px, of cards and buttons

_FONT_SCALE: dict[FontRole, float] = {"small": 0.9, "body": 1.0, "strong": 1.0, "title": 1.35, "display": 1.9}


@dataclass(frozen=True)
class Palette:
    """The colours of a theme, "#rrggbb".

    Text colours (`text, muted, accent, right, left, midline, propagated, warning, good, error`) keep a contrast of
    4.5:1 on `background`, `surface` and `raised`; `on_accent` does on `accent`. Right and left are of the Okabe-Ito
    set.

    Attributes:
        background: Of the window. surface: Of docks, plots and cards. raised: Of buttons and hovered rows.
        tint, tint_hover: Of the tool button that matters most; `text` is readable on them.
        propagated: What follows from a correction nearby.
        line: Hairlines and grids. focus: The ring about what has the keyboard.
        persons: One colour a person, in turn.
    """

    name: str
    background: str
    surface: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    focus: str
    tint: str
    tint_hover: str
    right: str
    left: str
    midline: str
    propagated: str
    warning: str
    good: str
    error: str
    persons: tuple[str, ...]

    @property
    def is_dark(self) -> bool:
        """Tell whether text is lighter than the background."""
        return QColor(self.background).lightnessF() < 0.5

    def side(self, side: Side) -> str:
        """Return the colour of a side of the body."""
        return {"right": self.right, "left": self.left, "middle": self.midline}[side]

    def person(self, index: int) -> str:
        """Return the colour of a person."""
        return self.persons[index % len(self.persons)]


DARK = Palette(
    name="dark",
    background="#14171a",
    surface="#1b1f23",
    raised="#282d33",
    line="#363c44",
    text="#e8ebee",
    muted="#a3acb7",
    accent="#3cc3ae",
    on_accent="#06201c",
    focus="#6fe0cf",
    tint="#1f4a47",
    tint_hover="#286059",
    right=SIDE_COLORS["right"],
    left=SIDE_COLORS["left"],
    midline=SIDE_COLORS["middle"],
    propagated="#e6a3cb",
    warning="#f5d547",
    good="#5fd38d",
    error="#ff8f87",
    persons=("#c9a6ff", "#5fd38d", "#f5a6c8", "#f5d547", "#8fd8e8", "#e0b48a", "#b7d36b", "#c2c8d0"),
)

LIGHT = Palette(
    name="light",
    background="#f2f4f5",
    surface="#ffffff",
    raised="#e6eaec",
    line="#d3d9dd",
    text="#1a1f24",
    muted="#55606b",
    accent="#0a6e60",
    on_accent="#ffffff",
    focus="#0a8a78",
    tint="#c3e3dc",
    tint_hover="#aad6cd",
    right="#0067a3",
    left="#a84700",
    midline="#565e67",
    propagated="#8a3a68",
    warning="#7a5900",
    good="#1b6e3c",
    error="#b3261e",
    persons=("#6b3fb5", "#1b6e3c", "#a8326e", "#7a5900", "#0b6478", "#7d4a1e", "#4f6410", "#4a525b"),
)

_current = DARK


def current_palette() -> Palette:
    """Return the palette in force (dark until `apply_theme`)."""
    return _current


def apply_theme(app: QApplication, name: ThemeName) -> Palette:
    """Dress the application and return the palette that was chosen; "system" follows the desktop from now on.

    Widgets hear of it by `QEvent.PaletteChange`.
    """
    hints = app.styleHints()
    app.setProperty("theme", name)
    if name == "system":
        hints.unsetColorScheme()
        if app.property("follower") is None:
            app.setProperty("follower", hints.colorSchemeChanged.connect(lambda _: _follow_system(app)))
        return _dress(app, LIGHT if hints.colorScheme() == Qt.ColorScheme.Light else DARK)
    hints.setColorScheme(Qt.ColorScheme.Dark if name == "dark" else Qt.ColorScheme.Light)
    return _dress(app, DARK if name == "dark" else LIGHT)


def color(value: str, alpha: float = 1.0) -> QColor:
    """Return a palette colour as Qt paints it, `alpha` 0 .. 1."""
    made = QColor(value)
    made.setAlphaF(alpha)
    return made


def blend(over: str, under: str, share: float) -> QColor:
    """Return the opaque mixture of two palette colours; `share` of `over`, 0 .. 1."""
    a, b = QColor(over), QColor(under)
    return QColor.fromRgbF(
        share * a.redF() + (1 - share) * b.redF(),
        share * a.greenF() + (1 - share) * b.greenF(),
        share * a.blueF() + (1 - share) * b.blueF(),
    )


def font(role: FontRole = "body") -> QFont:
    """Return the application's font in a role, with digits of equal width."""
    made = QFont(QApplication.font())
    scale = _FONT_SCALE[role]
    if made.pointSizeF() > 0:
        made.setPointSizeF(made.pointSizeF() * scale)
    else:
        made.setPixelSize(round(made.pixelSize() * scale))
    if role in ("strong", "title", "display"):
        made.setWeight(QFont.Weight.DemiBold)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def lie_on_surface(widget: QWidget) -> None:
    """Fill a panel with the colour of docks and cards."""
    widget.setBackgroundRole(QPalette.ColorRole.Base)
    widget.setAutoFillBackground(True)


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1 .. 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(value: str) -> float:
    made = QColor(value)
    return 0.2126 * _linear(made.redF()) + 0.7152 * _linear(made.greenF()) + 0.0722 * _linear(made.blueF())


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _follow_system(app: QApplication) -> None:
    if app.property("theme") == "system":
        apply_theme(app, "system")


def _dress(app: QApplication, palette: Palette) -> Palette:
    global _current
    _current = palette
    app.setStyle("Fusion")
    app.setPalette(_qt_palette(palette))
    app.setStyleSheet(build_stylesheet(palette))
    return palette


def _qt_palette(p: Palette) -> QPalette:
    role = QPalette.ColorRole
    made = QPalette(QColor(p.raised), QColor(p.background))
    for which, value in {
        role.Window: p.background,
        role.WindowText: p.text,
        role.Base: p.surface,
        role.AlternateBase: p.background,
        role.Text: p.text,
        role.Button: p.raised,
        role.ButtonText: p.text,
        role.BrightText: p.error,
        role.ToolTipBase: p.raised,
        role.ToolTipText: p.text,
        role.PlaceholderText: p.muted,
        role.Highlight: p.accent,
        role.HighlightedText: p.on_accent,
        role.Accent: p.accent,
        role.Link: p.accent,
        role.LinkVisited: p.accent,
        role.Light: p.raised,
        role.Midlight: p.raised,
        role.Mid: p.line,
        role.Dark: p.line,
        role.Shadow: p.background,
    }.items():
        made.setColor(which, QColor(value))
    faded = blend(p.text, p.background, 0.42)
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, faded)
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(p.raised))
    return made
