"""Other people's formats, one file each: what they hold goes to and from `Tracks`."""
