"""Prometheus metrics: pulled from the parts when Prometheus asks, pushed by nobody."""
