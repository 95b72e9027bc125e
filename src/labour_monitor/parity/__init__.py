"""Whether two engines make the same tables of the same registers, cell by cell."""
