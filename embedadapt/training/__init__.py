"""Training on arrays: settings, sampling tables, the loop, the held-out loss."""
