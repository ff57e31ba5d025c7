"""The command line: one module a noun; each parses, calls the app and prints."""
