"""Draw the app's icons, a sheet with three lines on a plain ground: python docs/icons/draw.py."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

INK, PAPER = "#17494d", "#fbf8f2"
STATIC = Path(__file__).parents[2] / "diary" / "static"
FINER = 4


def draw(size: int, *, maskable: bool) -> Image.Image:
    """Return one icon; a maskable one fills its square and keeps to the safe middle."""
    wide = size * FINER
    unit = wide / 64 * (0.8 if maskable else 1)
    shift = (wide - 64 * unit) / 2
    image = Image.new("RGBA", (wide, wide), INK if maskable else (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    if not maskable:
        pen.rounded_rectangle((0, 0, wide - 1, wide - 1), radius=14 * unit, fill=INK)
    stroke = round(3.5 * unit)

    def at(x: float, y: float) -> tuple[float, float]:
        return (shift + x * unit, shift + y * unit)

    pen.rounded_rectangle((*at(18.25, 14.25), *at(45.75, 49.75)), 3 * unit, None, PAPER, stroke)
    for y, right in ((25, 37), (32, 37), (39, 33)):
        pen.line((*at(27, y), *at(right, y)), PAPER, stroke)
        for x in (27, right):
            left, top = at(x - 1.75, y - 1.75)
            pen.ellipse((left, top, left + stroke, top + stroke), PAPER)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def main() -> None:
    """Write every icon beside the other static files."""
    for size in (192, 512):
        draw(size, maskable=False).save(STATIC / f"icon-{size}.png", optimize=True)
        draw(size, maskable=True).save(STATIC / f"icon-maskable-{size}.png", optimize=True)


if __name__ == "__main__":
    main()
