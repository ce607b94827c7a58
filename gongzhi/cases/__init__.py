"""The case: a matter on the map with a clock, an owner and a proof."""
