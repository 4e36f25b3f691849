"""The nouns of the daemon and the tables of their states. Pure."""
