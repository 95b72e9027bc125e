"""`labour-monitor publish`: from the marts to an edition, which others may read at any
time (D1, D2).

The way of an edition: the database that it is made of (`origin`), the tables of the
house and of the public (`tables`, by the contracts of `contracts`), their files
(`files`), what stands beside them (`package`, `readme`), its name (`naming`), the audit
as a reader (`reading`), and its place among the others (`shelf`)."""
