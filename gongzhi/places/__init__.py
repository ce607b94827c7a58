"""Where things are: the city's divisions, and which of them a point lies in."""
