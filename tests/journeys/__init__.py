"""Whole stories across rooms, told as a list of steps by people in their posts."""
