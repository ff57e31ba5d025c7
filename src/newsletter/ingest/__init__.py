"""The outside world into articles: pages, Markdown files and feeds. Knows no store and no issue."""
