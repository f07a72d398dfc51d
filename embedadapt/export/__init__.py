"""Into the tools people run."""
