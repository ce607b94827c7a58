"""Who is told what, by which carrier, when and once; what cannot be delivered is repeated until somebody clears it."""
