"""The gRPC service: handlers on the asyncio loop, everything they ask for on the trio side."""
