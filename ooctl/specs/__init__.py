"""What is asked of the daemon: read from flags, from a file that describes a run, or from a table; made into the wire form."""
