"""How well two readings of a clip agree, in a window of its own beside the picture."""
