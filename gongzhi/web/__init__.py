"""What the doors share: the base page, the front page, the live stream."""
