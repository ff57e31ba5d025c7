"""Mail to a relay or a mailbox, and an honest receipt for it."""
