"""What machines ask of the server itself: whether it lives, is ready, and what it has done."""
