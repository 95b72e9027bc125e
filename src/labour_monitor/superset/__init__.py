"""`make superset`: Apache Superset reads the house edition while a build runs."""
