"""The one door for reports: received, numbered, acknowledged, never lost."""
