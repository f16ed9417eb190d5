"""`python -m sandbox --host 127.0.0.1 --port 8300 --state sandbox.sqlite`."""

from __future__ import annotations

import argparse
import signal
import sqlite3
import sys

from sandbox.registry import platforms
from sandbox.server import make_server


def main(argv: list[str] | None = None) -> int:
    """Runs the sandbox until it is interrupted. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="sandbox", description="Øvingsplass: sosiale medier på liksom.")
    parser.add_argument("--host", default="127.0.0.1", help="adresse å lytte på (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8300, help="port, 0 = en ledig (8300)")
    parser.add_argument("--state", metavar="FIL", help="fil som innleggene lagres i; uten den glemmes alt ved stopp")
    options = parser.parse_args(argv)
    try:
        server = make_server(options.host, options.port, options.state)
    except OSError as error:
        print(
            f"Porten {options.port} kan ikke brukes ({error.strerror or error}). Velg en annen med --port.",
            file=sys.stderr,
        )
        return 1
    except sqlite3.Error as error:
        print(f"Filen {options.state} kan ikke brukes ({error}). Velg en annen med --state.", file=sys.stderr)
        return 1
    print(f"Øvingsplass: {server.url}/", flush=True)
    for platform in platforms().values():
        print(f"  {platform.title}: {server.url}/{platform.name}", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
