"""When an issue is due, and what happens then: APScheduler wakes us, rows in the store are the truth."""
