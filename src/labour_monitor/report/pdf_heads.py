"""The heads of rows in a PDF that Typst wrote.

Typst has no stable way of saying that a cell heads its row: it is said here, and the
file is written again, its tags packed: they take most of it.
"""

from __future__ import annotations

from io import BytesIO

from pikepdf import Dictionary, Name, NameTree, Object, ObjectStreamMode, Pdf, String


def with_heads_of_rows(file: bytes) -> bytes:
    """The PDF, in whose tables the first cell of each row is the head of the row, and
    the others name it beside the head of their column (Scope and Headers of PDF/UA)."""
    with Pdf.open(BytesIO(file)) as pdf:
        named = NameTree(pdf.Root.StructTreeRoot.IDTree)
        for number, (head, *cells) in enumerate(_rows(pdf)):
            name = f"row-{number:05d}"
            named[name] = head
            head.S, head.ID = Name.TH, String(name)
            _of_table(head).Scope = Name.Row
            for cell in cells:
                _of_table(cell).Headers.insert(0, String(name))
        packed = BytesIO()
        pdf.save(
            packed,
            object_stream_mode=ObjectStreamMode.generate,
            deterministic_id=True,
        )
    return packed.getvalue()


def _rows(pdf: Pdf) -> list[list[Object]]:
    """The cells of each row below the heads of the columns, in all tables."""
    elements = [each for each in pdf.objects if isinstance(each, Dictionary)]
    bodies = [each for each in elements if each.get("/S") == "/TBody"]
    return [list(row.K) for body in bodies for row in body.K]


def _of_table(cell: Object) -> Object:
    """What a cell says of its place in the table."""
    (found,) = (each for each in cell.A if each.O == "/Table")
    return found
