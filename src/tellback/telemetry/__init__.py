"""What a process tells of itself: counts, a line per request, spans."""
