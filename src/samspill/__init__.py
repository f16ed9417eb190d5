"""Samspill: the communication desk of a public authority."""
