"""From a specification to the tasks of a run. Pure."""
