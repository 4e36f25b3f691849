"""Trade logs read, checked and turned into figures. Pure: bytes and records in, records and numbers out."""
