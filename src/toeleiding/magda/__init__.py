"""The wire: envelope, services, answers, transport. Pure Python; knows neither Django nor the rules."""
