"""Answering for oneself: complaints about how members of the service behave, away from the unit they concern."""
