"""Builds the newsroom's vendored look from npm packages: ``make assets``. The result is committed.

Designsystemet's own bundle holds every component (147 kB); this takes the ones that the pages use. Nothing is
fetched when a page is shown: stylesheets and fonts lie in ``static/newsroom/vendor``, with their licences.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
MODULES = ROOT / "node_modules"
VENDOR = HERE.parent / "static" / "newsroom" / "vendor"

# In the order of Designsystemet's own bundle; a component that a template begins to use is added here.
COMPONENTS = (
    *("base", "breadcrumbs", "button", "card", "chip", "field", "fieldset", "heading", "input", "label"),
    *("link", "list", "pagination", "paragraph", "search", "skip-link", "tag"),
)
FONTS = ("inter-latin-wght-normal.woff2", "inter-latin-ext-wght-normal.woff2")
LAYERS = "@layer ds.theme, ds.base, ds.components, newsroom;\n"


def main() -> None:
    if not (MODULES / "@digdir").is_dir():
        sys.exit("Hent pakkene først: npm ci")
    VENDOR.mkdir(parents=True, exist_ok=True)
    (VENDOR / "inter").mkdir(exist_ok=True)
    (VENDOR / "theme.css").write_text(_theme())
    (VENDOR / "designsystemet.css").write_text(_components())
    inter = MODULES / "@fontsource-variable" / "inter"
    for name in FONTS:
        shutil.copyfile(inter / "files" / name, VENDOR / "inter" / name)
    shutil.copyfile(inter / "LICENSE", VENDOR / "inter" / "LICENSE")
    shutil.copyfile(MODULES / "@digdir" / "designsystemet-css" / "LICENSE", VENDOR / "LICENSE-designsystemet")
    print(f"{sum(file.stat().st_size for file in VENDOR.glob('*.css')) // 1024} kB css in {VENDOR.relative_to(ROOT)}")


def _theme() -> str:
    """The design tokens of our two colours, from ``designsystemet.config.json``."""
    with tempfile.TemporaryDirectory() as folder:
        config = json.loads((HERE / "designsystemet.config.json").read_text())
        config["outDir"] = "tokens"
        config.pop("$schema", None)
        Path(folder, "designsystemet.config.json").write_text(json.dumps(config))
        command = ["node", str(MODULES / "@digdir" / "designsystemet" / _program("@digdir/designsystemet")), "tokens"]
        for arguments in (["create"], ["build", "-t", "tokens", "-o", "css"]):
            subprocess.run([*command, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return Path(folder, "css", "samspill.css").read_text()


def _program(package: str) -> str:
    found = json.loads((MODULES / package / "package.json").read_text())["bin"]
    return found if isinstance(found, str) else next(iter(found.values()))


def _components() -> str:
    source = MODULES / "@digdir" / "designsystemet-css"
    version = json.loads((source / "package.json").read_text())["version"]
    bundle = (source / "dist" / "src" / "index.css").read_text()
    parts = [
        f"/* @digdir/designsystemet-css {version}, MIT: see LICENSE-designsystemet. Made by theme/build.py. */\n",
        LAYERS,
    ]
    for name in COMPONENTS:
        css = (source / "dist" / "src" / f"{name}.css").read_text().strip()
        if not css.startswith("@layer"):
            css = f"@layer {_layer(css, bundle)}{{{css}}}"
        parts.append(f"{css}\n")
    return "".join(parts)


def _layer(css: str, bundle: str) -> str:
    """The layer that the bundle puts a component in: the last one opened before it."""
    before = bundle[: bundle.index(css[:50])]
    return re.findall(r"@layer (ds\.[a-z]+)\s*\{", before)[-1]


if __name__ == "__main__":
    main()
