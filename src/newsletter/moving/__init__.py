"""What other products' exports say, read without any of our own parts."""
