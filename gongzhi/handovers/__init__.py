"""The hand-over of a shift: what the one who goes leaves to the one who comes."""
