"""What is said to a newcomer: the Dutch text, its translations, their readers, and the one gate to a client."""
