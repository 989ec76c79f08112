"""`make bench`: print every figure beside its baseline; exit 1 when a limit was not kept."""

from __future__ import annotations

import sys
from collections.abc import Callable

from bench.bodies import body_figures
from bench.cases import case_figures
from bench.figures import HEADING, Figure
from bench.pages import page_figures
from bench.patterns import pattern_figures
from bench.shares import share_figures
from bench.sizes import size_figures

PARTS: dict[str, Callable[[], list[Figure]]] = {
    "sizes": size_figures,
    "pages": page_figures,
    "patterns": pattern_figures,
    "cases": case_figures,
    "shares": share_figures,
    "bodies": body_figures,
}


def main(names: list[str]) -> int:
    """Measure the parts that are named, or all of them."""
    if unknown := set(names) - set(PARTS):
        sys.stderr.write(f"No such part: {', '.join(sorted(unknown))}. Parts: {', '.join(PARTS)}\n")
        return 2
    print(HEADING)
    figures = []
    for name in names or PARTS:
        for figure in PARTS[name]():
            print(figure.line(), flush=True)
            figures.append(figure)
    return 0 if all(figure.held for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
