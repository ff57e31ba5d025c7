"""Preflight: what an editor is told before approving."""
