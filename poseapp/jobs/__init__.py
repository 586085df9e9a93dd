"""Qt-free work that joins rooms: analyse a clip, measure it, export it, install a network."""
