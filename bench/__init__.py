"""How fast, how late, how large: every figure beside what it is compared with, measured in one run (docs/bench.md)."""
