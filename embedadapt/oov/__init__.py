"""Words without a vector: how many, why, and what would fix them."""
