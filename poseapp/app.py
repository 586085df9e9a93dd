"""Starts the window: what is heavy is imported after it is shown."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler

from PySide6.QtCore import Qt, QTimer, qVersion
from PySide6.QtWidgets import QApplication

from poseapp import __version__
from poseapp.core.skeleton import load_skeleton
from poseapp.gui.garbage import GuiGarbage
from poseapp.gui.main_window import MainWindow
from poseapp.gui.style.icons import icon
from poseapp.gui.style.theme import ThemeName, apply_theme
from poseapp.services import settings as names
from poseapp.services.analysing import AnalyzeOptions
from poseapp.services.opening import DEFAULT_SKELETON
from poseapp.services.places import log_file, settings_file
from poseapp.services.session import Session
from poseapp.services.settings import Settings

_LOG_BYTES = 1 << 20
_SWITCH_SECONDS = 0.0005  # Python's 5 ms are felt: each time the GUI thread wants the interpreter back it waits as long
THEMES: tuple[ThemeName, ...] = ("dark", "light", "system")


def run(files: Sequence[str], *, analyze: bool = False) -> int:
    """Show the window, open the first file, and return the exit code when the window is closed.

    With `analyze`, a clip without predictions is analysed as soon as it is open.
    """
    log = start_log()
    app = build_application()
    garbage = GuiGarbage()
    window = build_window(app, Settings(settings_file()))
    window.session.clipChanged.connect(garbage.thaw)
    window.show()
    if analyze:
        window.session.clipChanged.connect(lambda: _analyze_new_clip(window), Qt.ConnectionType.SingleShotConnection)
    QTimer.singleShot(0, lambda: begin(window, files, analyze=analyze))
    code = app.exec()
    garbage.close(give_back=False)
    stop_log(log)
    return code


def build_application() -> QApplication:
    """Return the application object, named."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    sys.setswitchinterval(_SWITCH_SECONDS)
    app.setApplicationName("poseapp")
    app.setApplicationDisplayName("poseapp")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("poseapp")
    app.setStyle("Fusion")
    app.setWindowIcon(icon("poseapp"))
    return app


def build_window(app: QApplication, settings: Settings) -> MainWindow:
    """Return the dressed window with a session of its own."""
    chosen = settings.get(names.THEME)
    theme: ThemeName = next((name for name in THEMES if name == chosen), "dark")
    apply_theme(app, theme)
    return MainWindow(Session(), settings)


def begin(window: MainWindow, files: Sequence[str], *, analyze: bool = False) -> None:
    """Do what can wait until the window is seen."""
    if analyze:
        window.session.clipChanged.connect(lambda: _analyze_new(window), Qt.ConnectionType.SingleShotConnection)
    window.angle_panel.set_skeleton(load_skeleton(DEFAULT_SKELETON))
    window.session.networks.look()
    if files:
        window.open_path(files[0])
    QTimer.singleShot(0, window, lambda: _prepare_plots(window))


def _prepare_plots(window: MainWindow) -> None:
    """Import pyqtgraph, which takes a quarter of a second, while the first screen stands.

    In this thread: classes of Qt objects that another thread defines crash PySide when this one handles an event.
    """
    importlib.import_module("poseapp.gui.plots.angle_plot")
    window.angle_panel.prepare()


def probe() -> str:
    """Return Qt's version and platform after starting it, for `poseapp selfcheck`."""
    app = build_application()
    apply_theme(app, "dark")
    return f"Qt {qVersion()} on {app.platformName()}"


def _analyze_new_clip(window: MainWindow) -> None:
    document = window.session.document
    if document is not None and not document.store.n_persons:
        window.actions_by_name["analyze"].trigger()


def _analyze_new(window: MainWindow) -> None:
    document = window.session.document
    if document is not None and not document.store.n_persons:
        # When the session has finished opening it.
        QTimer.singleShot(0, lambda: window.session.analyze(AnalyzeOptions()))


def start_log() -> logging.Handler:
    """Log to a file in the user's folder; where that cannot be, to nowhere."""
    path = log_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8")
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger("poseapp")
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    return handler


def stop_log(handler: logging.Handler) -> None:
    """Close the log."""
    logging.getLogger("poseapp").removeHandler(handler)
    handler.close()
