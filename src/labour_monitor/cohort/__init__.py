"""The locked cohort (C8): its control file, the tree of digests in it, the proof of one
member, and the deliberate unlocking."""
