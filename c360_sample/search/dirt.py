"""What is wrong with searches in reality: one entry per kind, grouped by the column it is in.

A kind takes (the column's clean text, draw) and gives what is logged in its place. A line kind takes (a good
line without its end, draw); it is for one format. Frequencies are per million rows. Phone numbers,
cards and addresses are made up: the numbers are all but zeros, the cards those that payment firms give for
tests, and example.com belongs to nobody.
"""

import unicodedata
from datetime import datetime, timedelta

from c360_sample.dirt import Kind, one_of

EVERY_DAY_ROWS = 100
"""From this many searches on, every kind occurs every day."""

_EMOJI = ("😂", "❤️", "🔥🔥", "👨‍👩‍👧")
_OTHER_SCRIPTS = ("오징어 게임", "進撃の巨人", "甄嬛传", "บุพเพสันนิวาส", "Ну, погоди!", "مسلسل", "रामायण")
_UI_TEXTS = ("Tìm kiếm bằng giọng nói", "SearchFragmentV2", "prime provider", "TÌM KIẾM BẰNG GIỌNG NÓI")
_CARDS = ("4111 1111 1111 1111", "5555555555554444", "9704-0000-0000-0000-018")
_MAILS = ("khach.hang{}@example.com", "Xem.Phim+{}@mail.example.com")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def _phone(draw: int) -> str:
    """An invented mobile number of nine digits, without what comes before it."""
    return f"{one_of('35789', draw)}00000{draw // 8 % 1000:03d}"


def _decomposed(text: str) -> str:
    """The text with its accents apart from the letters; where there are none, with a word that has some."""
    apart = unicodedata.normalize("NFD", text)
    return apart if apart != text else unicodedata.normalize("NFD", f"{text} thuyết minh")


def _in_other_digits(digits: str, draw: int) -> str:
    return digits.translate(one_of((_FULL_WIDTH, _ARABIC), draw))


def _inside(text: str, mark: str) -> str:
    middle = (len(text) + 1) // 2
    return text[:middle] + mark + text[middle:]


KEYWORD_KINDS = (
    Kind("null", 57_000, lambda text, n: None),
    Kind("empty", 600, lambda text, n: ""),
    Kind("blank", 600, lambda text, n: one_of(("  ", "\t", "\u200b", "\u3000"), n)),
    Kind("edge spaces", 14_000, lambda text, n: one_of((" {}", "{} ", "  {} ", "\u00a0{}"), n).format(text)),
    Kind("two spaces between words", 2_000, lambda text, n: f"{text} hd".replace(" ", "  ")),
    Kind("not composed", 3_800, lambda text, n: _decomposed(text)),
    Kind("a zero-width character", 1_200, lambda text, n: _inside(text, one_of("\u200b\u200c\u200d\u2060\ufeff", n))),
    Kind("a newline", 400, lambda text, n: one_of(("{}\n", "\n{}", "phim\n{}"), n).format(text)),
    Kind("a tab", 400, lambda text, n: one_of(("{}\t", "phim\t{}"), n).format(text)),
    Kind("a control character", 100, lambda text, n: _inside(text, one_of("\x07\x1b\x85", n))),
    Kind("emoji behind", 500, lambda text, n: f"{text} {one_of(_EMOJI, n)}"),
    Kind("emoji alone", 120, lambda text, n: one_of(_EMOJI, n)),
    Kind("another script", 1_500, lambda text, n: one_of(_OTHER_SCRIPTS, n)),
    Kind("punctuation alone", 100, lambda text, n: one_of(("?", "...", "%"), n)),
    Kind("a single letter", 900, lambda text, n: one_of("AHKPT", n)),
    Kind("a text of the user interface", 3_000, lambda text, n: one_of(_UI_TEXTS, n)),
    Kind("a phone number", 1_200, lambda text, n: f"0{_phone(n)}"),
    Kind("a phone number with separators", 400, lambda text, n: _separated(f"0{_phone(n)}", one_of(" .-", n))),
    Kind("a phone number from abroad", 300, lambda text, n: one_of(("+84{}", "84{}", "+840{}"), n).format(_phone(n))),
    Kind("a phone number among words", 200, lambda text, n: f"{text} lh 0{_phone(n)}"),
    Kind("a phone number in other digits", 60, lambda text, n: _in_other_digits(f"0{_phone(n)}", n)),
    Kind("an e-mail address", 250, lambda text, n: one_of(_MAILS, n).format(n % 100)),
    Kind("a card number", 150, lambda text, n: one_of(_CARDS, n)),
    Kind("superscript digits", 60, lambda text, n: f"{text} {n % 9 + 1}".translate(_SUPERSCRIPTS)),
    Kind("years, which are not phone numbers", 200, lambda text, n: f"{text} {2015 + n % 8}"),
)  # fmt: skip


def _separated(digits: str, separator: str) -> str:
    return separator.join((digits[:4], digits[4:7], digits[7:]))


def _clock(text: str, suffixes: tuple[str, str], padded: bool = True) -> str:
    """The moment on a twelve-hour clock."""
    moment = datetime.fromisoformat(text)
    hour = (moment.hour + 11) % 12 + 1
    suffix = suffixes[moment.hour >= 12]
    return f"{text[:10]} {hour:{'02' if padded else ''}d}{text[13:]} {suffix}"


def _year(text: str, year: int) -> str:
    return f"{max(year, 1):04d}{text[4:]}"


def _moved(text: str, days: int) -> str:
    moment = datetime.fromisoformat(text) + timedelta(days=days)
    return moment.isoformat(sep=" ", timespec="milliseconds")


MOMENT_KINDS = (
    Kind("no fraction", 8_000, lambda text, n: text[:19]),
    Kind("a fraction of one digit", 4_000, lambda text, n: text[:21]),
    Kind("a fraction of two digits", 4_000, lambda text, n: text[:22]),
    Kind("a fraction of four digits", 4_000, lambda text, n: f"{text}{n % 10}"),
    Kind("twelve hours, SA and CH", 12_000, lambda text, n: _clock(text, ("SA", "CH"))),
    Kind("twelve hours, SA and CH, one digit", 6_000, lambda text, n: _clock(text, ("SA", "CH"), False)),
    Kind("twelve hours, AM and PM", 5_000, lambda text, n: _clock(text, ("AM", "PM"))),
    Kind("twelve hours, AM and PM, one digit", 2_000, lambda text, n: _clock(text, ("AM", "PM"), False)),
    Kind("twelve hours, am and pm", 1_500, lambda text, n: _clock(text[:19], ("am", "pm"), False)),
    Kind("year of the Buddhist era", 3_000, lambda text, n: _year(text, int(text[:4]) + 543)),
    Kind("year of the Reiwa era", 600, lambda text, n: _year(text, int(text[:4]) - 2018)),
    Kind("Arabic digits", 500, lambda text, n: text.translate(_ARABIC)),
    Kind("Persian digits", 300, lambda text, n: text.translate(_PERSIAN)),
    Kind("clock of 1970", 1_000, lambda text, n: f"1970-01-01{text[10:]}"),
    Kind("clock of 2018", 500, lambda text, n: _year(text, 2018).replace("-02-29", "-02-28")),
    Kind("clock of another month", 900, lambda text, n: _moved(text, one_of((-61, -31, 45), n))),
    Kind("clock of the day before", 1_500, lambda text, n: _moved(text, -1)),
    Kind("clock of the day after", 1_000, lambda text, n: _moved(text, 1)),
    Kind("clock of two days before", 300, lambda text, n: _moved(text, -2)),
    Kind("not to be read", 200, lambda text, n: one_of(("Invalid date", "0000-00-00 00:00:00", "2022-"), n)),
    Kind("null", 600, lambda text, n: None),
    Kind("blank", 200, lambda text, n: one_of(("", "  "), n)),
)  # fmt: skip
USER_KINDS = (
    Kind("edge spaces", 400, lambda text, n: one_of((" {}", "{} ", "{}\n"), n).format(text or "00200415")),
    Kind("blank", 300, lambda text, n: one_of(("", "  ", "\t"), n)),
)
OUTCOME_KINDS = (
    Kind("edge spaces and upper case", 800, lambda text, n: f" {text.upper()} "),
    Kind("another word", 200, lambda text, n: "voice"),
    Kind("null", 200, lambda text, n: None),
)
EVENT_KINDS = (Kind("null", 400, lambda text, n: None),)
COLUMN_KINDS = {
    "keyword": KEYWORD_KINDS,
    "datetime": MOMENT_KINDS,
    "user_id": USER_KINDS,
    "category": OUTCOME_KINDS,
    "eventID": EVENT_KINDS,
}

# Copies of another row; what differs is made from the copied row's event ID.
COPY_KINDS = (
    Kind("the same row twice", 283, lambda event_id, n: event_id),
    Kind("equal but for the event ID", 10_800, lambda event_id, n: f"{n:016x}"[:8] + (event_id or "-" * 36)[8:]),
    Kind("equal but for a null event ID", 280, lambda event_id, n: None),
)

JSON_LINE_KINDS = (
    Kind("truncated", 100, lambda line, n: line[: 10 + n % (len(line) - 15)]),
    Kind("NaN", 60, lambda line, n: line.replace(b'"action":', b'"score":NaN,"action":')),
    Kind("two values", 60, lambda line, n: line + b" " + line),
    Kind("a list", 40, lambda line, n: b"[1]"),
    Kind("an empty object", 40, lambda line, n: b"{}"),
    Kind("no UTF-8", 100, lambda line, n: line.replace(b'"keyword":', b'"\xff":')),
    Kind("blank lines after", 60, lambda line, n: line + b"\n\n \t"),
)


def _bare(line: bytes) -> bytes:
    """A CSV line that can be cut anywhere: no quotes, no line breaks."""
    return line.replace(b'"', b"").replace(b"\n", b" ")


CSV_LINE_KINDS = (
    Kind("a field too few", 100, lambda line, n: b",".join(_bare(line).split(b",")[:3])),
    Kind("a field too many", 100, lambda line, n: line + b",7"),
    Kind("no UTF-8", 100, lambda line, n: line if line[:1] == b'"' else b"\xe1" + line),
    Kind("blank lines after", 60, lambda line, n: line + b"\n\n "),
)
