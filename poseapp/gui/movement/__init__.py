"""Events, the numbers of a walk, and what is said of the recording, in the window."""
