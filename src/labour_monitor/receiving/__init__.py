"""Receiving: a register's files as their sender wrote them (CSV, SAS, Parquet) become a
delivery of the landing, checked, whole and with a manifest, or nothing at all."""
