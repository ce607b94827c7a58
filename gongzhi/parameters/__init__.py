"""The city itself and its dated, audited settings. One database is one city."""
