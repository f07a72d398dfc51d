"""One file per vector format, `read` beside `write`."""
