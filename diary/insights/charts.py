"""Drawing: bars as SVG markup, made on the server.

The markup holds numbers and nothing else: no word that anybody wrote, no colour and no style. It
takes its colour from the words around it (`currentColor` in the stylesheet), so that it follows
light, dark and forced colours, and its words stand beside it as text that grows with the reader's.
"""

from __future__ import annotations

from collections.abc import Sequence

WIDE, HIGH, GAP = 10, 100, 2


def share(count: int, most: int) -> float:
    """Return how long a bar is, of 100."""
    return round(100 * count / most, 2) if most else 0


def bar(count: int, most: int) -> str:
    """Draw one bar that lies beside its number."""
    length = share(count, most)
    return (
        '<svg class="bar-line" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{length:g}" height="10"/></svg>'
    )


def columns(counts: Sequence[int], most: int) -> str:
    """Draw bars that stand side by side; what is 0 has none."""
    drawn = "".join(
        f'<rect x="{place * WIDE + GAP // 2}" y="{HIGH - share(count, most):g}"'
        f' width="{WIDE - GAP}" height="{share(count, most):g}"/>'
        for place, count in enumerate(counts)
        if count
    )
    wide = len(counts) * WIDE
    return (
        f'<svg class="columns" viewBox="0 0 {wide} {HIGH}" preserveAspectRatio="none"'
        f' xmlns="http://www.w3.org/2000/svg" aria-hidden="true">{drawn}</svg>'
    )
