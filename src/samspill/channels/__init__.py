"""Channels: what a platform can do, and one folder per platform that does it."""
