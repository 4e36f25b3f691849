"""The web console: pages over the services of the daemon, read by everybody on this machine, acted on with a session."""
