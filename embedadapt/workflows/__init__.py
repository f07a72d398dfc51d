"""Each command's story as one function: paths or values in, results out.

Wherever vectors are asked for, a loaded table or anything `load_vectors` opens will do; wherever a
corpus is, a `Corpus` or the paths of its files and folders.
"""
