"""PDF out of Typst: tagged (PDF/UA-1), with our own fonts only, and the same bytes for the same input."""

import json
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).parent / "fonts"


def compile(source: str, data: Any = None) -> bytes:  # noqa: A001 - pdf.compile reads as what it does
    """The PDF of a Typst source that reads `data` as `json(bytes(sys.inputs.data))`.

    Raises typst.TypstError for a source that does not compile.
    """
    made: bytes = typst.compile(  # type: ignore[misc]
        source.encode(),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=0,
    )
    return made
