"""The schematic Xiamen 示意: real public names and codes, invented outlines."""
