"""Compose a weekly round-up from articles and feeds, send it, and know who got it."""

__version__ = "0.1.0"
