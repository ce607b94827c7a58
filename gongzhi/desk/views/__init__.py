"""The pages of this door, by what they are about."""
