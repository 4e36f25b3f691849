"""What must stay secret between two starts: accounts in the system's keyring or a sealed file, and signed-in sessions."""
