"""A second stand-in for the site, written from its description alone; it shares nothing with the practice site."""
