"""On paper: leaflet, letter and appointment card, Dutch first and the language of the client beside or below it."""
