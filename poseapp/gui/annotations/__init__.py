"""Drawings on the picture."""
