"""Articles of a period into an issue. Pure: the same articles make the same issue."""
