"""Which words may stand on screen: Dutch ones only, one word per thing, and errors that say what to do."""

import re
from pathlib import Path

# Frequent words of English and of user interfaces, and the identifiers of the glossary (EXPERIENCE 5.2). None of them
# is also a Dutch word or a loan word of plain Dutch.
ENGLISH_WORDS = frozenset((Path(__file__).parent / "english.txt").read_text(encoding="utf-8").split())

# House rules of EXPERIENCE 5.1: no stiff words, one word per thing, no disrespect.
STIFF = re.compile(
    r"\b(gelieve|reeds|betreffende|teneinde|indien|dienen te|dient te|alsook|middels|ingevolge"
    r"|consulent|jobcoach|caseworker|casemanager|trajectbegeleidster|klantdossier|vreemdeling|allochtoon)\b",
    re.IGNORECASE,
)
CODES = re.compile(r"\b(?:[A-Z]{2,}_[A-Z_]+|[a-z]+_[A-Z_]{2,})\b")
"""What is a code in the program and no word on a screen."""

# Not a piece of a name in a computer, such as the folder From_Vip.
_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:'[a-z]+)?(?!\w)")

WRITTEN = """() => {
  const said = [document.body.innerText];
  for (const e of document.querySelectorAll('[aria-label],[title],[placeholder],[alt]'))
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) said.push(e.getAttribute(name) || '');
  for (const e of document.querySelectorAll('option,summary,.skip,.vh')) said.push(e.textContent);
  return said.join('\\n');
}"""
"""Everything that somebody reads or hears on a page, as a script in the browser."""

# "Vul een datum in", "Kies een rol", "Je kan later verdergaan", "We proberen het opnieuw".
SAYS_WHAT_TO_DO = re.compile(
    r"\b(vul|kies|schrijf|bel|vraag|probeer|kijk|controleer|vink|klik|ga|open|zoek|lees|laad|geef|neem|haal|meld|vernieuw"
    r"|wacht|verklein|bewaar|zet|maak|duid|plan|typ|gebruik|verwijder|knip|beslis|stuur|wijs|noteer|log|pas|verbeter"
    r"|antwoord|noem|je kan|je kunt)\b",
    re.IGNORECASE,
)


def english_in(text: str) -> list[str]:
    """The English words in a text."""
    return sorted({word for word in _WORD.findall(text.casefold()) if word in ENGLISH_WORDS})
