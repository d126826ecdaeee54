"""Lines that are not usual records: broken, of another kind, or white space only."""

_FIELDS = b'"Contract":"HNH579912","Mac":"0C96E62FC55C","TotalDuration":10,"AppName":"VOD"'

_BROKEN_JSON = (
    b'{"Contract":"HNH579912"', b"{'Contract':'HNH579912'}", b'{"TotalDuration":NaN}',
    b'{"a":-Infinity}', b"null", b"12", b'"text"', b"[]", b'[{"Contract":"HNH579912"}]', b"{} {}",
    b'{"a":1}{"b":2}', b"{}", b'{"a":1,}', b'{"a":01}', b'{"a":.5}', b'{"a":+1}',
    b'{"a":"tab\tinside"}', b'{"a":"\\x"}', b'{"Contract":"\\ud800"}', b'{"\\udc00":1}',
    b'{"a":"\xff\xfe"}', b'{"a":"\xe1\x80"}', b'\xef\xbb\xbf{"a":1}', b'\xc2\xa0{"a":1}', b"true",
    b"not json at all", b'{"a":1} // comment', b'{a:1}', b'"\xc0\x80"', b"\x1c",
    b'  {"a" : [1, {"b": null}] }  ', b'{"a":1e400}', b'{"a":\xd9\xa1}', b"{", b'}', b'"', b'{"a":tru}',
    b'{"keyword":"\xed\xa0\x80"}',
)  # fmt: skip

_WHITE = (b"", b"  \t", b"\xc2\xa0", b"\xe3\x80\x80 ", b"\xc2\x85", b"\x0b\x0c", b"\xe2\x80\xa8")

_CONTENT_JSON = (
    b'{"_index":"history","_source":{},' + _FIELDS + b"}",
    b'{"_id":"1","_source":null,' + _FIELDS + b"}", b'{"_id":"2","_source":"text",' + _FIELDS + b"}",
    b'{"_id":"3","_source":[{' + _FIELDS + b"}]}",
    b'{"_id":["4",{"a": 1, "\xc4\x91": "\\u0111\\n\\/"}],"_index":true,"_source":{' + _FIELDS + b"}}",
    b'{"_source":{"contract":"HNH579912","MAC":"0C96E62FC55C","TotalDuration":10,"AppName":"VOD"}}',
    b'{"_source":{"Contract":"","Mac":"","TotalDuration":"","AppName":""}}',
)  # fmt: skip

_SEARCH_JSON = (
    b'{"_source":{"user_id":"123456","keyword":"anime","category":"enter"}}',
    b'{"user_id":"123456","keyword":"\\u0000an\\u0069me\\ud83c\\udf89","category":"enter","userPlansMap":["\\u0111:1",2.50]}',
    b'{"user_id":123456,"keyword":12.50,"category":true,"datetime":{"a":[1, "\\""]}}',
    b'{"user_id":["123456"],"keyword":{"a":null},"eventID":7}',
    b'{"USER_ID":"123456","Keyword":"anime"}',
)  # fmt: skip


def odd_json_line(index: int, is_content: bool) -> bytes:
    """One of the odd lines of NDJSON."""
    lines = (*(_CONTENT_JSON if is_content else _SEARCH_JSON), *_BROKEN_JSON, *_WHITE)
    return lines[index % len(lines)]


def odd_csv_line(index: int, columns: int) -> bytes:
    """One of the odd lines of CSV, in a file with at least three columns."""
    lines = (
        b"lonely",
        b"two,fields"[: None if columns > 2 else 3],
        b",".join([b"x"] * (columns + 1)),
        b"," * columns,
        b"," * (columns - 1),
        b'"a\nb\r\n""c"" ",d'[: None if columns > 2 else 0],
        b'"many, in one"' + b",y" * columns,
        b'""',
        b"bad \xff\xe1\x80 bytes",
        b"\x1c",
        *_WHITE,
    )
    return lines[index % len(lines)]
