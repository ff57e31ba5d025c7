"""Which articles an issue is made of, and where each goes."""
