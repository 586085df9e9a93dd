"""The living document, its jobs and threads: the only mutable state, owned by the GUI thread."""
