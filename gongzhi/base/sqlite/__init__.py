"""Django's SQLite backend with one writer per process."""
