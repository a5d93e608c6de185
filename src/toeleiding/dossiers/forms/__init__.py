"""The forms of the dossier screens, one module per screen."""
