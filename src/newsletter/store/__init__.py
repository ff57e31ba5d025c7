"""The only SQL: one module a table family, plain values in and out."""
