"""Tellback: self-hosted customer feedback."""
