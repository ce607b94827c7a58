"""What templates of all doors load."""
