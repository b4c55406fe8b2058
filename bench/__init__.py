"""Measures Tellback against floors in the same run: `python -m bench`, see docs/benchmarks.md."""
