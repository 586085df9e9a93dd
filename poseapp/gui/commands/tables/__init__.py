"""Tables of the window: what can be done, and by which key, one file a menu."""
