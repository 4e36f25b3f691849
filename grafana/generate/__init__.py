"""Dashboards as code: `python -m grafana.generate` writes grafana/dashboards, the same bytes every time."""
