"""What adaptation gains on the domain and costs in general."""
