"""What the city deals with and how long it may take: catalogue, filing conditions, limits; dated, with sources."""
