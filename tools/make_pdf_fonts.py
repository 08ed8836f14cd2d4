"""Makes the TrueType fonts for print from the web fonts, so that screen and paper share one source.

Run `python tools/make_pdf_fonts.py` after changing a file in `static/fonts/`. Subsets of one cut (latin
and latin-ext) become one file again. Screen hinting and the style-attribute table go, names stay, and
the same input gives the same bytes.
"""

import logging
import shutil
import sys
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
WEB_FONTS = ROOT / "static" / "fonts"
PDF_FONTS = ROOT / "backstage" / "fonts"

# Each PDF font: its file, the family and style a document names, and the web subsets it is made of.
CUTS = [
    ("IBMPlexSans-Regular", "IBM Plex Sans", "Regular", ["ibm-plex-sans-latin-400", "ibm-plex-sans-latin-ext-400"]),
    ("IBMPlexSans-SemiBold", "IBM Plex Sans", "SemiBold", ["ibm-plex-sans-latin-600", "ibm-plex-sans-latin-ext-600"]),
    (
        "SourceSerif4-SemiBold",
        "Source Serif 4",
        "SemiBold",
        ["source-serif-4-latin-600", "source-serif-4-latin-ext-600"],
    ),
    ("IBMPlexSansArabic-Regular", "IBM Plex Sans Arabic", "Regular", ["ibm-plex-sans-arabic-400"]),
    ("IBMPlexSansArabic-SemiBold", "IBM Plex Sans Arabic", "SemiBold", ["ibm-plex-sans-arabic-600"]),
    ("IBMPlexSansDevanagari-Regular", "IBM Plex Sans Devanagari", "Regular", ["ibm-plex-sans-devanagari-400"]),
    ("IBMPlexSansDevanagari-SemiBold", "IBM Plex Sans Devanagari", "SemiBold", ["ibm-plex-sans-devanagari-600"]),
]
TYPOGRAPHIC_FAMILY, TYPOGRAPHIC_STYLE = 16, 17


def plain_font(web_font: Path) -> TTFont:
    """Return a web font uncompressed and without what only screens use."""
    font = TTFont(web_font, recalcTimestamp=False)
    font.flavor = None
    options = Options()
    options.hinting = False
    options.layout_features = ["*"]
    options.name_IDs = [*range(7), 13, 14, TYPOGRAPHIC_FAMILY, TYPOGRAPHIC_STYLE]
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.drop_tables += ["STAT", "gasp", "BASE"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap())
    subsetter.subset(font)
    return font


def joined_font(web_fonts: list[Path]) -> TTFont:
    """Return one font made of all subsets; where two hold the same character, the first one's glyph stays."""
    first = plain_font(web_fonts[0])
    if len(web_fonts) == 1:
        return first
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for number, web_font in enumerate(web_fonts):
            parts.append(f"{folder}/{number}.ttf")
            plain_font(web_font).save(parts[-1])
        joined = Merger().merge(parts)
    joined.recalcTimestamp = False
    for moment in ("created", "modified"):
        setattr(joined["head"], moment, getattr(first["head"], moment))
    return joined


def make_pdf_fonts() -> list[Path]:
    """Write every cut and the licence texts to `backstage/fonts/`; return the font files."""
    PDF_FONTS.mkdir(parents=True, exist_ok=True)
    written = []
    for file_name, family, style, subsets in CUTS:
        font = joined_font([WEB_FONTS / f"{subset}.woff2" for subset in subsets])
        font["name"].setName(family, TYPOGRAPHIC_FAMILY, 3, 1, 0x409)
        font["name"].setName(style, TYPOGRAPHIC_STYLE, 3, 1, 0x409)
        written.append(PDF_FONTS / f"{file_name}.ttf")
        font.save(written[-1])
    for licence in WEB_FONTS.glob("OFL-*.txt"):
        shutil.copyfile(licence, PDF_FONTS / licence.name)
    return written


if __name__ == "__main__":
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    for path in make_pdf_fonts():
        sys.stdout.write(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KB\n")
