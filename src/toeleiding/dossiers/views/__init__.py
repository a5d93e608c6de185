"""The screens of the dossiers room. They own nothing: questions to selectors, verbs to services."""
