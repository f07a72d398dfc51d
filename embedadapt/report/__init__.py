"""Results rendered for terminals, pages and programs; nothing is computed here."""
