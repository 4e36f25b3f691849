"""The browser: engine, session and page objects. What the site looks like comes from `recordings/`, never from code."""
