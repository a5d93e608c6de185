"""The contact languages by code and by their Dutch name (EXPERIENCE 5.3)."""

LANGUAGES = {
    "nl": "Nederlands",
    "en": "Engels",
    "fr": "Frans",
    "ar": "Arabisch",
    "uk": "Oekraïens",
    "tr": "Turks",
    "prs": "Dari",
    "fa": "Farsi",
    "ps": "Pasjtoe",
    "ti": "Tigrinya",
    "so": "Somali",
    "ru": "Russisch",
    "es": "Spaans",
    "pt": "Portugees",
    "ro": "Roemeens",
    "bg": "Bulgaars",
    "pl": "Pools",
    "ckb": "Koerdisch (Sorani)",
    "kmr": "Koerdisch (Kurmanji)",
    "sq": "Albanees",
}


def language_name(code: str) -> str:
    """The Dutch name of a language; an unknown code is shown, never hidden."""
    if not code:
        return "niet bekend"
    return LANGUAGES.get(code, f"onbekende taal {code}")
