"""Pictures and gestures."""
