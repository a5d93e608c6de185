"""The outside world on the real wire: KBI, VDAB, Dimona, KSZ and the repertorium, simulated."""
