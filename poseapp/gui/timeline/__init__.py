"""The clip over time: lanes, playhead, working zone."""
