import pytest

from tests.model.json_text import as_text, parse


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{'a':1}",
        "NaN",
        '{"a":Infinity}',
        "{} {}",
        '{"a":1,}',
        '{"a":01}',
        '{"a":.5}',
        "\ufeff{}",
        "\u00a0{}",
        '"\\ud800"',
        '{"\\udc00":1}',
        '["tab\t"]',
        '{"a":\u0661}',
    ],
)
def test_what_is_not_one_json_value_does_not_parse(text):
    with pytest.raises(ValueError, match=r"."):
        parse(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("254", "254"),
        ("12.50", "12.50"),
        ("1e3", "1e3"),
        ("-0", "0"),
        ("-0.0", "-0.0"),
        ("1234567890123456789012345", "1234567890123456789012345"),
        ("true", "true"),
        ("null", None),
        ('""', ""),
        ('"\\u0110\\ud83c\\udf89"', "Đ🎉"),
        (' [ 1.0, {"đ": null, "b": "\\n\\""} ] ', '[1.0,{"đ":null,"b":"\\n\\""}]'),
    ],
)
def test_values_are_kept_as_the_text_they_were_written_in(text, kept):
    assert as_text(parse(text)) == kept


def test_values_of_parquet_are_texts_too():
    assert [as_text(value) for value in (254, 254.0, False, ["a:b", None], b"\xff", None)] == [
        "254",
        "254.0",
        "false",
        '["a:b",null]',
        "\\xff",
        None,
    ]
