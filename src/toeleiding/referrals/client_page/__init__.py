"""The pages of the newcomer: the public leaflet and the personal page behind a private link."""
