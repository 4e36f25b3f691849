"""The daemon as a service of this user: units of systemd on Linux, agents of launchd on macOS."""
