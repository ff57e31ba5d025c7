"""What a sender's domain publishes and what the relay can do, and what to change: one small file a subject."""
