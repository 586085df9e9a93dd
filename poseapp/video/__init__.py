"""Exact frame to time and back: the only room that knows containers and codecs."""
