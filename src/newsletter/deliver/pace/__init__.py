"""How fast to send, to whom, and when not at all: pure rules, values and ``now`` in, values out."""
