"""Pictures of a run: what to draw is decided once, in `figures`; the others draw it in a terminal, on a page or as a picture."""
