"""Pretend platforms, served over HTTP on loopback, for training, demo and tests.

The room imports nothing from the rest of the project: it is written from the
platforms' published contracts, so that a mistake in an adapter is not repeated
here. See README.md in this folder.
"""
