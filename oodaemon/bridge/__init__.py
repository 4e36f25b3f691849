"""The only door to asyncio: grpc.aio and Playwright run on the loop behind it."""
