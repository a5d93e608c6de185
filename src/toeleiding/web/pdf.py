"""PDF out of a typst template and data. What a person typed is data and never becomes part of the template."""

import json
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).parent / "fonts"


@cache
def _fonts() -> typst.Fonts:
    """Our own fonts and no others, so that a page looks the same on each machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def compile(source: str, data: Mapping[str, Any], made_at: datetime | None = None) -> bytes:  # noqa: A001
    """A tagged PDF (PDF/UA-1) of a template that reads `json(bytes(sys.inputs.data))`.

    The template sees an empty folder: it can read no file. The same source, data and moment give the same bytes;
    `made_at` stands in the file as the moment it was made, 1 January 2000 without one.
    """
    with tempfile.TemporaryDirectory(prefix="toeleiding-pdf-") as empty:
        made = typst.compile(  # type: ignore[type-var]
            source.encode(),  # bytes are the template itself; a text would be the path of a file
            root=empty,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=["ua-1"],
            timestamp=made_at or datetime(2000, 1, 1, tzinfo=UTC),
            package_path=empty,
            package_cache_path=empty,
        )
    return bytes(made)
