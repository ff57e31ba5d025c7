"""What a text must not say: figures, quotations, names and days that its source does not have."""
