"""How records look on a terminal and in a file. Nothing here knows gRPC or the wire format."""
