"""Where finished pictures lie, so that mail programs find them."""
