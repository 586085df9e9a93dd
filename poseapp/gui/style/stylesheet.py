"""The small part of the look that Qt palettes cannot say: corners, paddings, focus rings."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from poseapp.core.locations import resources_folder

if TYPE_CHECKING:
    from poseapp.gui.style.theme import Palette

# Properties that widgets set: kind="primary", "quiet" or "row" of a QPushButton, kind="bare" of a QToolButton,
# tone="muted" and kind="key" of a QLabel, card="true" of a QFrame.
_SHEET = Template("""
QToolTip { color: $text; background: $raised; border: 1px solid $line; padding: 4px 8px; }
QMainWindow::separator { background: $background; width: 4px; height: 4px; }
QMainWindow::separator:hover { background: $accent; }
QSplitter::handle { background: $background; }

QMenuBar { background: $background; padding: 0 4px; }
QMenuBar::item { padding: 6px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $raised; }
QMenu { background: $surface; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $raised; color: $text; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
QMenu::indicator { width: 14px; height: 14px; padding-left: 8px; }

QToolBar { background: $background; border: none; padding: 4px 8px; spacing: 4px; }
QToolBar::separator { background: $line; width: 1px; margin: 6px 8px; }
QToolButton { background: transparent; border: 2px solid transparent; border-radius: 6px; padding: 4px; }
QToolButton[popupMode="1"], QToolButton[popupMode="2"] { padding-right: 20px; }
QToolButton::menu-indicator { subcontrol-origin: padding; subcontrol-position: right center; right: 6px; }
QToolButton:hover { background: $raised; }
QToolButton:pressed { background: $line; }
QToolButton:checked { background: $raised; color: $accent; }
QToolButton[kind="bare"], QToolButton[kind="bare"]:checked { background: transparent; }
QToolButton[kind="bare"]:hover { background: $line; }
QToolButton[kind="primary"] { background: $tint; padding: 4px 10px; }
QToolButton[kind="primary"]:hover { background: $tint_hover; }
QToolButton[kind="primary"]:disabled { background: $raised; color: $disabled; }
QToolButton:focus { border-color: $focus; }
QToolButton::menu-button { border: none; width: 16px; }

QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QPushButton { background: $raised; border: 2px solid transparent; border-radius: 6px; padding: 5px 14px; }
QPushButton:hover { background: $line; }
QPushButton:pressed { background: $background; }
QPushButton:focus { border-color: $focus; }
QPushButton:disabled { color: $disabled; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; }
QPushButton[kind="primary"]:hover { background: $focus; }
QPushButton[kind="primary"]:focus { border-color: $text; }
QPushButton[kind="primary"]:disabled { background: $raised; color: $disabled; }
QPushButton[kind="quiet"] { background: transparent; }
QPushButton[kind="quiet"]:hover { background: $raised; }

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox {
  background: $surface; border: 2px solid $line; border-radius: 6px; padding: 3px 8px;
  selection-background-color: $accent;
}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus { border-color: $focus; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow, QSpinBox::down-arrow, QDoubleSpinBox::down-arrow, QToolButton::menu-indicator {
  image: url("$down"); width: 12px; height: 12px;
}
QComboBox QAbstractItemView { background: $surface; border: 1px solid $line; padding: 4px; }
QSpinBox, QDoubleSpinBox { padding: 3px 24px 3px 0; }
QSpinBox > QLineEdit, QDoubleSpinBox > QLineEdit { border: none; padding: 0 0 0 6px; background: transparent; }
QSpinBox::up-button, QDoubleSpinBox::up-button { border: none; width: 20px; subcontrol-position: top right; }
QSpinBox::down-button, QDoubleSpinBox::down-button { border: none; width: 20px; subcontrol-position: bottom right; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("$up"); width: 12px; height: 12px; }

QCheckBox, QRadioButton { spacing: 8px; border: 2px solid transparent; border-radius: 4px; padding: 2px; }
QCheckBox:focus, QRadioButton:focus { border-color: $focus; }
QCheckBox::indicator, QRadioButton::indicator, QListView::indicator {
  width: 14px; height: 14px; border: 2px solid $muted; background: $surface;
}
QCheckBox::indicator, QListView::indicator { border-radius: 4px; }
QCheckBox::indicator:checked, QListView::indicator:checked {
  background: $accent; border-color: $accent; image: url("$check");
}
QRadioButton::indicator { border-radius: 9px; }
QRadioButton::indicator:checked { width: 8px; height: 8px; border: 5px solid $accent; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $line; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal {
  width: 12px; height: 12px; margin: -6px 0; border-radius: 8px; border: 2px solid $surface; background: $text;
}
QSlider::handle:horizontal:focus { border-color: $focus; }

QTabWidget::pane { border: none; }
QTabBar::tab { background: transparent; color: $muted; padding: 6px 12px; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $text; border-color: $accent; }
QTabBar::tab:hover { color: $text; }
QTabBar:focus { outline: none; }
QTabBar::tab:focus { border-color: $focus; }
QGroupBox { border: none; margin-top: 24px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0; }
QHeaderView, QHeaderView::section, QTableCornerButton::section { background: $surface; color: $muted; border: none; }
QHeaderView::section { padding: 4px 8px; border-bottom: 1px solid $line; font-weight: 400; }
QTableView { gridline-color: $line; selection-background-color: $tint; selection-color: $text; }

QDockWidget { titlebar-close-icon: none; }
QDockWidget::title { background: $surface; padding: 8px 12px; text-align: left; }
QStatusBar { background: $background; }
QStatusBar::item { border: none; }
QProgressBar { background: $raised; border: none; border-radius: 3px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QScrollArea, QListView, QTreeView, QTableView { border: none; background: $surface; }
QListView, QTreeView { outline: none; }
QListView#plots::item { padding: 3px 4px; }
QDialog#networks QTreeView::item, QDialog#readings QTreeView::item, QTableView#agreed::item { padding: 0 8px; }
QDialog#networks QTreeView::item:selected, QDialog#readings QTreeView::item:selected, QTableView#agreed::item:selected {
  background: $tint; color: $text;
}
QListView::item:selected { background: $raised; color: $text; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $line; border-radius: 3px; margin: 2px; min-width: 32px; min-height: 32px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
  background: none; border: none; width: 0; height: 0;
}

QFrame[card="true"] { background: $surface; border-radius: 8px; }
QLabel[tone="muted"] { color: $muted; }
QLabel[kind="key"] { background: $raised; border-radius: 4px; padding: 2px 8px; }
QPushButton[kind="row"] { background: transparent; text-align: left; padding: 4px 8px; }
QPushButton[kind="row"]:hover { background: $raised; }
""")


def build_stylesheet(palette: Palette) -> str:
    """Return the application's stylesheet in the colours of a palette."""
    pictures = resources_folder() / "theme"
    return _SHEET.substitute(
        **{name: (pictures / f"{name}-{palette.name}.svg").as_posix() for name in ("down", "up", "check")},
        background=palette.background,
        surface=palette.surface,
        raised=palette.raised,
        line=palette.line,
        text=palette.text,
        muted=palette.muted,
        disabled="#99" + palette.muted[1:],
        accent=palette.accent,
        on_accent=palette.on_accent,
        focus=palette.focus,
        tint=palette.tint,
        tint_hover=palette.tint_hover,
    )
