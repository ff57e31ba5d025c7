"""From an approved issue to a settled ledger."""
