"""Settings and addresses: the outermost layer, which knows every room."""
