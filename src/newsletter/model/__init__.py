"""What we talk about: frozen dataclasses and pure rules. Imports the standard library only."""
