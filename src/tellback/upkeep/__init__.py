"""What is done in the background so that the data stays quick to read and no larger than wanted."""
