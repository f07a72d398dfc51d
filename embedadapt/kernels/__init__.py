"""Compiled loops over arrays. No words, paths, logging or progress down here."""
