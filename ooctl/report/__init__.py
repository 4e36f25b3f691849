"""One page about a run that can be sent to somebody else: everything is in it, and nothing of the machine it was made on."""
