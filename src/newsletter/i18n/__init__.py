"""The words, dates and numbers of what subscribers read, in their newsletter's language."""
