"""What adaptation gained on the domain and lost in general."""
