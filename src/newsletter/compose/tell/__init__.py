"""How a story is told: summaries, lines, figures, dates, and what is taken over word for word."""
