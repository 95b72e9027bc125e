"""Text of senders: trimmed, since staging reads a blank as nothing, and in Windows-1252
where it is not UTF-8."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

UTF8_IN_WINDOWS = (
    r"[ÂÃ][\x80-\xbf]|[ÄÅ][\xa1-\xaa\xac-\xb3\xb5-\xba\xbc-\xbf]|â[\x80-\xbf]{2}|ï»¿"
)
"""Letters and signs of UTF-8 as they look byte by byte: all those of Latin-1, most of
Central Europe, dashes and curly quotes, and the mark of UTF-8 itself. Left out is what
Windows-1252 may well have in a row, such as Å and a curly quote behind it."""
_OF_WINDOWS = "[\u0080-\u009f]"
"""What Latin-1 leaves to control characters and Windows-1252 gives signs and letters:
€ Š Ž š ž, dots, dashes and curly quotes."""
_MS_DOS = re.compile(r"[^\W\d_][‘›][^\W\d_]|†[^\W\d_]")  # noqa: RUF001
"""æ, ø and å of MS-DOS as Windows-1252 has their bytes: inside of a word."""


def is_text(kind: pa.DataType) -> bool:
    """Whether a column of the type holds text, in whatever way Arrow keeps it."""
    if pa.types.is_dictionary(kind):
        return is_text(kind.value_type)
    return any(
        is_kind(kind)
        for is_kind in (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_string_view,
        )
    )


def trimmed(text: pa.Array) -> pa.Array:
    """Text without the spaces around it, and null where nothing is left."""
    text = pc.utf8_trim(text.cast(pa.string()), " ")
    return pc.if_else(pc.equal(text, ""), None, text)


def trimmed_codes(text: pa.Array) -> pa.DictionaryArray:
    """The same for a column of few different values, each of which is kept once."""
    if not pa.types.is_dictionary(text.type):
        text = text.dictionary_encode()
    known = text.dictionary.cast(pa.string())
    if not pc.any(pc.or_(pc.equal(known, ""), _has_spaces(known))).as_py():
        return text
    return trimmed(text).dictionary_encode()


def _has_spaces(text: pa.Array) -> pa.Array:
    return pc.or_(pc.starts_with(text, " "), pc.ends_with(text, " "))


def of_windows(text: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    """Text that was read byte by byte (as Latin-1) in Windows-1252, and where it cannot
    be that: a byte that Windows-1252 does not have, or the letters of MS-DOS. None
    where all of it can."""
    if not pc.any(pc.match_substring_regex(_values(text), _OF_WINDOWS)).as_py():
        return text, None
    is_list = pa.types.is_dictionary(text.type)
    listed = text if is_list else text.dictionary_encode()
    known = [_windows(value) for value in listed.dictionary.to_pylist()]
    values = pa.array([value for value, _ in known], listed.dictionary.type)
    found = pa.DictionaryArray.from_arrays(listed.indices, values)
    bad = pa.array([is_bad for _, is_bad in known], pa.bool_()).take(listed.indices)
    return (
        found if is_list else found.cast(text.type),
        bad if pc.any(bad).as_py() else None,
    )


def has_utf8(text: pa.Array) -> bool:
    """Whether text that was read byte by byte was UTF-8 in some of its values."""
    return pc.any(pc.match_substring_regex(text, UTF8_IN_WINDOWS)).as_py() is True


def _values(text: pa.Array) -> pa.Array:
    return text.dictionary if pa.types.is_dictionary(text.type) else text


def _windows(value: str) -> tuple[str, bool]:
    """A text of Latin-1 in Windows-1252, and whether it cannot be that."""
    try:
        read = value.encode("latin-1").decode("cp1252")
    except UnicodeDecodeError:
        return value, True
    return read, _MS_DOS.search(read) is not None
