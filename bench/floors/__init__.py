"""What Tellback is measured against: each the least, or the usual, that does the same job."""
