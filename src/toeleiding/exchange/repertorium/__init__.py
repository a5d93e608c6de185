"""The life of an inscription: opened with the first question, prolonged, moved along with the number, ended."""
