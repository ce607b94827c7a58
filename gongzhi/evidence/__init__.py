"""Files that prove something: stored once, claimed once, hashed, and looked at again by verification."""
