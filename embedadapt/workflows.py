"""Each command's story as one function: paths in, results out."""
