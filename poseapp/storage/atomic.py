"""Atomic files under the name by which the rooms of files know them; `core.atomic` makes them."""

from poseapp.core.atomic import atomic_path, sync_folder

__all__ = ["atomic_path", "sync_folder"]
