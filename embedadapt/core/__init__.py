"""The values that all other packages pass around. It depends on numpy alone."""
