"""The same work from a script or a notebook."""
