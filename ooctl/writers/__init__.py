"""Writing tables of any length into files, a batch at a time. Heavy libraries are imported when they are needed."""
