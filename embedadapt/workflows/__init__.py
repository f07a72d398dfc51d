"""One function for each command: paths or values in, results out.

Every function takes vectors as a path or a value (`as_vectors`), text as paths or values
(`as_corpus`), and an adapter as a path or a value.
"""
