"""Outgoing webhooks: a project's events, posted to an address of its own."""
