"""The window's list of networks."""
