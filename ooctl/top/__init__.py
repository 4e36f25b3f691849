"""The full-screen view: what it shows, where that comes from, and how it is drawn. Only `app` and its parts import textual."""
