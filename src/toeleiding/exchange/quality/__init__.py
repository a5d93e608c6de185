"""How good the exchange is: measured each night, shown with its trend, improved by actions, taken away as a report."""
