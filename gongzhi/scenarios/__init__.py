"""Demo cities, imports and replays: they drive every room."""
