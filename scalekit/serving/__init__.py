"""What an answer costs, how fast it comes, and on which hardware."""
