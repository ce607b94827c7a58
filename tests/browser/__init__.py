"""Journeys in a real Chromium through a city that is really served: what people do, told in their own words."""
