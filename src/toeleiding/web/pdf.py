"""PDF from a typst template and data: own fonts only, tagged, the same bytes for the same data.

What stands in a document travels as data (`sys.inputs.data`, JSON) and never as source: a name cannot become markup.
"""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import msgspec
import typst

FONTS = Path(__file__).parent / "fonts"


def compile(template: Path, data: Any, day: date, *, accessible: bool = False) -> bytes:  # noqa: A001 - it is what typst calls it
    """The document as PDF. `day` is its date of making.

    `accessible`: held to PDF/UA-1, so a sign without a letter in our fonts or a picture without words is refused.

    Raises typst.TypstError when the template does not fit the data: a mistake of ours.
    """
    made: bytes = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": msgspec.json.encode(data).decode()},
        timestamp=int(datetime.combine(day, time(), UTC).timestamp()),
        pdf_tags=True,
        pdf_standards=["ua-1"] if accessible else [],
    )
    return made
