"""The manual of ooctl: pages made of the commands themselves, and topics that no command explains."""
