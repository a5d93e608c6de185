"""The words of the intake that are data: code -> Dutch. What is asked follows DOMAIN 6.1 and EXPERIENCE 2.3."""

STEPS: dict[str, str] = {
    "wie": "Wie ben je",
    "studies": "Studies",
    "werk": "Werkervaring",
    "talen": "Talen",
    "plannen": "Plannen en drempels",
}
DIPLOMAS = {
    "NONE": "Geen school of niet afgemaakt",
    "PRIMARY": "Lager onderwijs",
    "SECONDARY": "Secundair onderwijs",
    "VOCATIONAL": "Beroepsopleiding",
    "HIGHER": "Hoger onderwijs of universiteit",
}
RECOGNITION = {"NO": "Niet gevraagd", "WANTED": "Wil dit vragen", "ASKED": "Gevraagd", "GIVEN": "Erkend"}
DURATIONS = {"SHORT": "Minder dan 1 jaar", "MIDDLE": "1 tot 5 jaar", "LONG": "Meer dan 5 jaar"}
AGAIN = {"YES": "Ja", "NO": "Nee", "UNSURE": "Weet niet"}
LEVELS = {"NONE": "Geen", "A1": "A1", "A2": "A2", "B1": "B1", "B2": "B2 of meer"}
DIGITAL = {"ALONE": "Kan dit alleen", "HELP": "Kan dit met hulp", "NO": "Kan dit niet"}
GOALS = {
    "WORK": "Werk zoeken",
    "TRAINING": "Een opleiding volgen",
    "DUTCH": "Eerst beter Nederlands leren",
    "SELF_EMPLOYED": "Zelfstandige worden",
    "UNSURE": "Weet het nog niet",
}
OBSTACLES = {
    "CHILDCARE": "Opvang van kinderen",
    "TRANSPORT": "Vervoer",
    "LANGUAGE": "Taal",
    "DIPLOMA": "Diploma niet erkend",
    "DIGITAL": "Geen computer, internet of e-mail",
    "HOUSING": "Geen vaste woonst",
    "MONEY": "Geldzorgen",
}
