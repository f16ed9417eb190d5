"""Notices to other systems: signed, written in the transaction of what they tell of, sent until they arrive."""
