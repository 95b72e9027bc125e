"""The report that people look at: web pages, PDF, Excel and CSV of an edition.

The way of a figure: `reading` opens the tables of one part of an edition, `content`
says what is in a report, in the types of `document`, and the writers (`pages`, `pdf`,
`excel`, `csv_files`) put it into files. A writer derives nothing, and nobody reads
anything but the tables of that part, so that a public page can show nothing that is
hidden (D2).
"""
