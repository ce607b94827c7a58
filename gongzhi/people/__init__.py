"""Accounts, units, posts, members, and the one table that says who may do what."""
