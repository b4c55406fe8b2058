"""What the project is built and checked with. Nothing here is shipped."""
