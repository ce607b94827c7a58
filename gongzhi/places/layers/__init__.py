"""Layers of the city's ground, without a database: read from files, judged, cut into grids, searched.

Every module takes plain values and returns plain values, and knows no framework; the operations of the room decide what
is kept. What needs a large library loads it when first used.
"""
