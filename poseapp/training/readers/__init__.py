"""Readers of labelled data sets: files of other people's formats in, one `LabelledSet` out."""

from __future__ import annotations

from poseapp.training.readers.opening import READERS, parse_split, read_labelled

__all__ = ["READERS", "parse_split", "read_labelled"]
