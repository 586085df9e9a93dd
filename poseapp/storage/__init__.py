"""Every byte of our own formats: the project file and the HDF5 analysis file."""
