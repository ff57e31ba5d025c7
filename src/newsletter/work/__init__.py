"""Who runs the batches: this process alone, or as many as a queue in PostgreSQL feeds."""
