"""Going there to look: verification before filing, the check after disposal."""
