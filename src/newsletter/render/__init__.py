"""An issue into mail: HTML, text, headers. Knows no store and no relay."""
