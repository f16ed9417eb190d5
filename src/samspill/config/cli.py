"""The ``samspill`` command. Each verb has its own module; nothing heavy is imported before it is needed."""

from __future__ import annotations

import os
import sys


def main(arguments: list[str] | None = None) -> int:
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["manage"]:
        from samspill.config.verbs import manage

        return manage(arguments[1:])
    return 2


if __name__ == "__main__":
    raise SystemExit(main())
