"""What leaves as a file and is no list."""
