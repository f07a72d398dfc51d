"""From files to tokens to ids."""
