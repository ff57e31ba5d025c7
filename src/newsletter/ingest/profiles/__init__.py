"""One file a site, each with a ``PROFILE``: constants and patterns, no control flow."""
