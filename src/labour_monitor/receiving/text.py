"""Text of senders, trimmed: staging reads a blank as nothing."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


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
