"""Article to written summary, by a language model that the operator chose; off unless one is configured."""
