"""Replaying another city's requests through the lifecycle, at the times at which they happened."""
