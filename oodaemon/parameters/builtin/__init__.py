"""The parameters that come with the daemon, one module each; every module here is found by itself."""
