"""The ``samspill`` command. Nothing heavy is imported before it is needed: ``count`` must start without Django."""

from __future__ import annotations

import argparse
import signal
import sys
from types import FrameType
from typing import Any, NoReturn

VERBS = {
    "demo": "prøv alt på denne maskinen: web, arbeider, database, øvingsplass og øvingsinnhold",
    "up": "start web og arbeider, og databasen om DATABASE_URL ikke er satt",
    "web": "start bare nettstedet",
    "worker": "start bare arbeideren som sender og henter",
    "sandbox": "start bare øvingsplassen: kanaler på liksom",
    "prepare": "gjør klar database, stilark og oversettelser før start",
    "check": "se hva som er galt, og hva du kan gjøre",
    "count": "tell tegn slik en kanal gjør: JSON-linjer inn, JSON-linjer ut",
    "import": "hent inn saker fra en strøm (RSS, Atom), en WordPress-eksport eller en mappe med Markdown",
    "key": "lag en nøkkel til SAMSPILL_CREDENTIAL_KEYS",
    "messages": "oversett det som er endret i .po-filene",
    "manage": "Djangos egne kommandoer, for eksempel: samspill manage createsuperuser",
}


def build_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="samspill",
        description="Samspill: skriv én gang, og nå alle kanaler.",
        epilog="Innstillinger leses fra miljøvariabler; de står i docs/configuration.md.",
        add_help=False,
        usage="samspill KOMMANDO [valg]",
        formatter_class=_Help,
    )
    parser._positionals.title, parser._optionals.title = "kommandoer", "valg"
    parser.add_argument("-h", "--help", action="help", help="vis denne hjelpen")
    verbs = parser.add_subparsers(dest="verb", metavar="KOMMANDO", required=True, parser_class=_Parser)
    for name, text in VERBS.items():
        asks_for = {"manage": "KOMMANDO", "import": "rss|wxr|markdown KILDE [valg]"}.get(name, "[valg]")
        usage = f"samspill {name} {asks_for}"
        verb = verbs.add_parser(
            name,
            prog=f"samspill {name}",
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            add_help=False,
            usage=usage,
            formatter_class=_Help,
        )
        verb._optionals.title = "valg"
        verb.add_argument("-h", "--help", action="help", help="vis denne hjelpen")
        if name == "demo":
            verb.add_argument("--fresh", action="store_true", help="kast alt i demoen, og begynn på nytt")
        if name == "import":
            from samspill.newsroom.importing import arguments

            verb._positionals.title = "hva som hentes inn"
            arguments.add_to(verb)
    return parser


class _Help(argparse.HelpFormatter):
    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, prefix or "Bruk: ")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"Vi forstår ikke det du skrev ({message}). Se «{self.prog} --help».", file=sys.stderr)
        raise SystemExit(2)


def main(arguments: list[str] | None = None) -> int:
    """Run one verb. Exit codes: 0 well, 1 failed, 2 wrong use or wrong configuration, 130 interrupted."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["count"]:
        from samspill.channels.counting import main as count

        return count(arguments[1:], sys.stdin, sys.stdout)
    if arguments[:1] != ["manage"]:
        if not arguments:
            build_parser().print_help()
            return 2
        if arguments[0] not in VERBS and not arguments[0].startswith("-"):
            print(f"«{arguments[0]}» er ingen kommando. Velg en av disse: {', '.join(VERBS)}.", file=sys.stderr)
            return 2
    return _run(arguments)


def _run(arguments: list[str]) -> int:
    from samspill.config.environment import EnvironmentProblems
    from samspill.config.postgres import PostgresProblem
    from samspill.config.supervisor import StartProblem

    signal.signal(signal.SIGTERM, _leave)
    try:
        return _call(arguments)
    except EnvironmentProblems as problem:
        print("Samspill starter ikke, for noe i oppsettet er feil:", file=sys.stderr)
        for sentence in problem.problems:
            print(f"- {sentence}", file=sys.stderr)
        return 2
    except (PostgresProblem, StartProblem) as problem:
        print(problem, file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # only to tell a database that is gone from a fault of our own, which goes on
        from samspill.config import database_words

        said = database_words.sentence(error)
        if said is None:
            raise
        print(said, file=sys.stderr)
        return 1


def _call(arguments: list[str]) -> int:
    from samspill.config import verbs

    if arguments[0] == "manage":
        return verbs.manage(arguments[1:])
    chosen, unknown = build_parser().parse_known_args(arguments)
    if unknown:
        verb = f"samspill {chosen.verb}"
        print(f"«{verb}» forstår ikke «{' '.join(unknown)}». Se «{verb} --help».", file=sys.stderr)
        return 2
    if chosen.verb == "demo":
        return verbs.demo(fresh=chosen.fresh)
    if chosen.verb == "import":
        from samspill.newsroom.importing.arguments import options_of

        return verbs.import_stories(options_of(chosen))
    code: int = getattr(verbs, chosen.verb)()
    return code


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    """SIGTERM ends us in order, so that the database we started is stopped."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    raise SystemExit(main())
