"""The texts as they lie in the product: one file per language, loaded once as version 1, as concept.

Only `loading` reads these: what a client gets comes out of the database, through `gate`.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent / "content"
DUTCH = "nl"
# In the order of EXPERIENCE 5.3: wave 1, wave 2.
LANGUAGES = (
    "nl", "en", "fr", "ar", "uk", "tr", "prs", "fa", "ps", "ti", "so", "ru", "es", "pt", "ro", "bg", "pl",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tongue:
    """How a language is written: its own name, direction and script. No content, so anybody may use it."""

    code: str
    name: str
    direction: Literal["ltr", "rtl"]
    script: str


@dataclass(frozen=True, slots=True)
class Content:
    """One file. `values` are the words per employment service, `to_confirm` paragraphs nobody confirmed yet."""

    tongue: Tongue
    text: dict[str, str]
    values: dict[str, dict[str, str]]
    to_confirm: tuple[str, ...]


@lru_cache
def read(code: str) -> Content:
    """The file of a language. Raises FileNotFoundError for one that we do not have."""
    raw = tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))
    tongue = Tongue(raw["code"], raw["name"], raw["direction"], raw["script"])
    return Content(tongue, raw["text"], raw.get("values", {}), tuple(raw.get("to_confirm", ())))


def tongue(code: str) -> Tongue:
    """How this language is written; a language without a file is written as Dutch is."""
    return read(code).tongue if code in LANGUAGES else read(DUTCH).tongue


def to_confirm() -> tuple[str, ...]:
    """The paragraphs and values that the employment service still has to confirm."""
    return read(DUTCH).to_confirm
