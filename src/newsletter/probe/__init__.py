"""What only the outside world can answer about a finished mail: a spam filter's score, and whether its links lead anywhere."""
