"""Skip-gram training on arrays: sampling tables, schedule, threads, loss."""
