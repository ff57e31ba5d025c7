"""The pages: preview of issues, web copy, and what a subscriber decides."""
