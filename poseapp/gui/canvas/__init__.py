"""The picture with poses on it."""
