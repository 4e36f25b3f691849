"""A run put together step by step: which question follows and what the answers make is pure; `screen` shows them and reads keys."""
