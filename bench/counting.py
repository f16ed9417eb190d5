"""Counting texts for X, beside the platform's own library in Node on the same texts. Both must count alike."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from bench.figures import Figure
from samspill.channels.registry import platform

HERE = Path(__file__).parent
SECONDS = 2.0
# As authorities write, and what is made to be hard.
ORDINARY = [
    "Fristen for å søke momskompensasjon er 1. september. Les mer: https://lottstift.no/momskompensasjon/",
    "Bingo kan gi laget ditt en fast inntekt. Slik søker dere om tillatelse.\n\nhttps://nyheter.lottstift.no/l/ab3de",
    "Stiftinga må sende inn rekneskapen innan 31. juli. Vi hjelper dykk gjerne.\n\nhttps://nyheter.lottstift.no/l/xy7kp",
    "Under 200 000 kroner i året trenger lotteriet ingen tillatelse. Les reglene.\n\nhttps://nyheter.lottstift.no/l/q2w4e",
    "Vi stenger telefonen kl. 12 i dag på grunn av flytting. Vi er tilbake i morgen tidlig.",
    "Lag som søkte innen 1. september, får pengene på konto i midten av desember. #frivillighet #momskompensasjon\n\n"
    "https://nyheter.lottstift.no/l/m3n5b",
    "Et lite lag skal ikke trenge en revisor, sier avdelingsdirektøren. 🎉\n\nhttps://nyheter.lottstift.no/l/z9x8c",
    "Advarsel: Noen utgir seg for å være oss på telefon. Vi ber aldri om kontonummer eller BankID.",
    "Pengespill på nett: 4 av 10 unge menn har spilt det siste året, viser en ny rapport. Se tallene dine.\n\n"
    "https://nyheter.lottstift.no/l/p4o5i",
    "Takk til alle som kom på dialogmøtet i Førde. Her er presentasjonene.\n\nhttps://nyheter.lottstift.no/l/t6r7e",
]
HARD = [
    "Bingo kan gi laget ditt en fast inntekt 🎉 #bingo @lottstift https://nyheter.lottstift.no/l/ab3de",
    "Skriv til postmottak@lottstift.no, eller sjå lottstift.no/stiftelser og www.regjeringen.no.",
    "Under 200 000 kroner 👨‍👩‍👧‍👦 og ikke medhjelper heller. 1️⃣2️⃣3️⃣",
    "æøå ÆØÅ – «sitat» … " * 8,
    "Tre lenker: https://a.no, http://b.example.com/sti?x=1&y=2 og www.c.org (se også d.com). " + "Tekst " * 20,
    "日本語のテキストも数える。ノルウェーの宝くじ。 https://example.jp/パス",
    "🇳🇴🇳🇴🇳🇴 17. mai! " * 10,
]


def measure() -> list[Figure]:
    """Counts per second of processor time, on one core each."""
    node = shutil.which("node")
    here = node is not None and (HERE.parent / "node_modules" / "twitter-text").is_dir()
    return [
        _compare(what, texts, node if here else None)
        for what, texts in (("ordinary posts", ORDINARY), ("hard texts", HARD))
    ]


def _compare(kind: str, texts: list[str], node: str | None) -> Figure:
    what = f"count() for X, {kind}, per second on one core"
    count = platform("x").count
    lengths = [count(text, None).length for text in texts]
    ours = _rate(lambda text: count(text, None), texts)
    if node is None:
        return Figure(what, f"{ours:,.0f}", "the platform's own library is not here: run `make test` once", "≥ 1 ×")
    asked = json.dumps({"texts": texts, "seconds": SECONDS})
    done = subprocess.run([node, str(HERE / "reference.cjs")], input=asked, capture_output=True, text=True, check=True)
    theirs = json.loads(done.stdout)
    if theirs["lengths"] != lengths:
        raise AssertionError(f"we count {lengths}, the platform's library counts {theirs['lengths']}")
    ratio = ours / theirs["rate"]
    beside = f"twitter-text in Node: {theirs['rate']:,.0f} ({ratio:.2f} ×)"
    return Figure(what, f"{ours:,.0f}", beside, "≥ 1 ×", ratio >= 1)


def _rate(count: Callable[[str], object], texts: list[str]) -> float:
    """Counts per second of this process' processor time."""
    began = time.process_time()
    counted = 0
    while (spent := time.process_time() - began) < SECONDS:
        for text in texts:
            count(text)
        counted += len(texts)
    return counted / spent
