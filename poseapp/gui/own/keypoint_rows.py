"""The list of a project's keypoints: those of its skeleton, and its own ones."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from poseapp.core.reshaping import predicted_columns, said_of
from poseapp.core.skeleton import Skeleton
from poseapp.core.store import PoseStore
from poseapp.gui.style.theme import GRID, font

_NAME = Qt.ItemDataRole.UserRole


class KeypointRows(QTreeWidget):
    """Every keypoint of a project, its own ones first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Keypoints"))
        self.setColumnCount(4)
        self.setHeaderLabels([self.tr("Keypoint"), self.tr("Hangs on"), self.tr("Other side"), self.tr("Known from")])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        for column in (0, 2, 3):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.header().setStretchLastSection(False)

    @property
    def chosen(self) -> str:
        """The name of the chosen keypoint, "" for none."""
        item = self.currentItem()
        return "" if item is None else str(item.data(0, _NAME))

    def choose(self, name: str) -> None:
        """Choose a keypoint by its name; none where there is none of that name."""
        items = [self.topLevelItem(row) for row in range(self.topLevelItemCount())]
        found = next((item for item in items if item is not None and item.data(0, _NAME) == name), None)
        self.setCurrentItem(found)  # type: ignore[arg-type]

    def fill(self, store: PoseStore) -> None:
        """Show the keypoints of a store, and keep the choice."""
        chosen, own = self.chosen, {point.name for point in store.own}
        skeleton = store.skeleton
        self.clear()
        for k in sorted(range(skeleton.n_keypoints), key=lambda k: skeleton.keypoints[k] not in own):
            name = skeleton.keypoints[k]
            other = spoken(skeleton.keypoints[skeleton.mirror[k]]) if skeleton.mirror[k] != k else "–"
            texts = [spoken(name), hangs_on(skeleton, k), other, _known_from(store, k, is_own=name in own)]
            item = QTreeWidgetItem(texts)
            item.setData(0, _NAME, name)
            item.setSizeHint(1, QSize(0, 3 * GRID))
            item.setToolTip(1, texts[1])
            if name in own:
                item.setFont(0, font("strong"))
                item.setToolTip(0, self.tr("Added to this project; %1 in files").replace("%1", name))
            self.addTopLevelItem(item)
        self.choose(chosen)


def spoken(name: str) -> str:
    """Return a keypoint's name as people say it."""
    return name.replace("_", " ")


def hangs_on(skeleton: Skeleton, keypoint: int) -> str:
    """Return the keypoints at the other ends of a keypoint's bones, in words."""
    ends = [a if b == keypoint else b for a, b in skeleton.bones if keypoint in (a, b)]
    return ", ".join(spoken(skeleton.keypoints[end]) for end in dict.fromkeys(ends)) or "–"


def _known_from(store: PoseStore, keypoint: int, *, is_own: bool) -> str:
    parts = ["the network"] if predicted_columns(store).of[keypoint] >= 0 else []
    if is_own:
        said = said_of(store, frozenset({keypoint}))
        parts.append(said.removeprefix("it is ") if said.startswith("it is marked") else "no marks yet")
    return ", ".join(parts) or "–"
