"""The values that travel between the rooms. Depends on numpy alone."""
