"""The AT Protocol's own data server on loopback, as others wrote it."""
