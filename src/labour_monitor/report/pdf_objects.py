"""The objects of a PDF as Typst writes it, each in clear at a place of its own.

Typst has no stable way of saying that a cell heads its row: it is said here, where the
cells are. And the tags of a table take most of a file, so what is no stream of its own
is packed, as PDF 1.5 and later allows.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from itertools import pairwise

_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")
_PLACE = re.compile(rb"(\d{10}) \d{5} n")
_TRAILER = re.compile(rb"trailer\s+<<(.*)>>\s+startxref", re.DOTALL)
_SIZE = re.compile(rb"/Size \d+")
_KIDS = re.compile(rb"/K\[([^\]]*)\]")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_HEADS = b"/A[<</O/Table/Headers["
"""How the heads of a cell begin: their ids follow."""
_NAMED = b"/IDTree<</Names["

Objects = dict[int, bytes]


def finished(file: bytes) -> bytes:
    """A PDF of Typst whose tables have cells that head their rows, and which is as
    small as it can be.

    Raises:
        ValueError: it has not the form that Typst gives it.
    """
    objects, trailer = _read(file)
    _mark_heads_of_rows(objects)
    return _packed(file[: file.index(b"1 0 obj")], objects, trailer)


def _read(file: bytes) -> tuple[Objects, bytes]:
    """The objects by their numbers, and what the trailer says."""
    start, trailer = _START.search(file), _TRAILER.search(file)
    if not start or not trailer:
        raise ValueError("a PDF of Typst ends with a table of its objects")
    end = int(start[1])
    places = [int(place) for place in _PLACE.findall(file[end:])]
    ends = dict(pairwise([*sorted(places), end]))
    found = {}
    for number, place in enumerate(places, 1):
        head, tail = b"%d 0 obj\n" % number, b"\nendobj"
        text = file[place : ends[place]].rstrip()
        if not text.startswith(head) or not text.endswith(tail):
            raise ValueError(f"object {number} of a PDF of Typst lies elsewhere")
        found[number] = text.removeprefix(head).removesuffix(tail)
    return found, _SIZE.sub(b"", trailer[1])


def _mark_heads_of_rows(objects: Objects) -> None:
    """Let the first cell of each row below the head of a table be the head of the row,
    and the others name it beside the head of their column."""
    names = []
    for body in [text for text in objects.values() if b"/S/TBody" in text]:
        for row in _kids(body):
            first, *others = _kids(objects[row])
            name = b"(R%05d)" % first
            names.append(b"%s%d 0 R" % (name, first))
            head = objects[first].replace(b"/S/TD", b"/S/TH/ID" + name)
            objects[first] = _having(head, _HEADS, b"/A[<</O/Table/Scope/Row/Headers[")
            for cell in others:
                objects[cell] = _having(objects[cell], _HEADS, _HEADS + name)
    if names:
        (root,) = (n for n, text in objects.items() if b"/StructTreeRoot/" in text)
        # Names are in the order of their bytes: those of Typst begin with a U.
        all_named = _NAMED + b"".join(sorted(names))
        objects[root] = _having(objects[root], _NAMED, all_named)


def _kids(element: bytes) -> list[int]:
    kids = _KIDS.search(element)
    return [int(number) for number in _REFERENCE.findall(kids[1])] if kids else []


def _having(text: bytes, part: bytes, instead: bytes) -> bytes:
    if text.count(part) != 1:
        raise ValueError(f"a PDF of Typst has {part.decode()} once in each such object")
    return text.replace(part, instead)


def _packed(beginning: bytes, objects: Mapping[int, bytes], trailer: bytes) -> bytes:
    """A file of the objects: streams as they are, all others in one stream more, and
    the table of their places as a stream too."""
    small = {n: text for n, text in objects.items() if not text.endswith(b"endstream")}
    pack, table = len(objects) + 1, len(objects) + 2
    heads, texts = [], bytearray()
    for number, text in small.items():
        heads.append(b"%d %d" % (number, len(texts)))
        texts += text + b"\n"
    head = b" ".join(heads) + b"\n"
    about = b"/Type/ObjStm/N %d/First %d" % (len(small), len(head))
    streams = {n: text for n, text in objects.items() if n not in small}
    streams[pack] = _stream(about, head + texts)
    file, places = bytearray(beginning), {}
    for number, text in streams.items():
        places[number] = len(file)
        file += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    places[table] = len(file)
    index = {number: position for position, number in enumerate(small)}
    rows = [(0, 0, 65535)]
    for number in range(1, table + 1):
        if number in index:
            rows.append((2, pack, index[number]))
        else:
            rows.append((1, places[number], 0))
    content = b"".join(
        kind.to_bytes(1) + where.to_bytes(4) + which.to_bytes(2)
        for kind, where, which in rows
    )
    about = b"/Type/XRef/W[1 4 2]/Size %d%s" % (len(rows), trailer)
    file += b"%d 0 obj\n%s\nendobj\n" % (table, _stream(about, content))
    return bytes(file + b"startxref\n%d\n%%%%EOF\n" % places[table])


def _stream(about: bytes, content: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    about += b"/Filter/FlateDecode/Length %d" % len(packed)
    return b"<<%s>>\nstream\n%s\nendstream" % (about, packed)
