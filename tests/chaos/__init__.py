"""Chaos: many deliveries, every kind of fault, workers and the database killed; counted from the platforms' side."""
