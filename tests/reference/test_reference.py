"""Reference data: the committed files load; one change to them per case is refused with file and line."""

import csv
import pickle
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from c360_assets.reference.model import load_reference
from c360_assets.text.normalise import keyword_key, normalise_keyword
from resources.errors import BadReference
from resources.settings import REFERENCE as COMMITTED

pytestmark = pytest.mark.unit

# A small folder that is right in every line, so that a case's line number can be seen below.
VALID = {
    "categories.csv": "position,code,label\n1,tv,Truyền Hình\n2,kids,Thiếu Nhi\n3,other,Khác\n",
    "app_categories.csv": "app_name,category\nCHANNEL,tv\nCHILD,kids\n",
    "ui_texts.csv": "text\nTìm kiếm\nSearchFragmentV2\n",
    "keyword_categories.csv": "category,label,description\nanime,Anime,From Japan\nmusic,Nhạc,Songs\n",
    "keywords.csv": "phrase,category\nĐảo hải tặc,anime\nNaruto,anime\nNhạc vàng,music\n",
    **{
        name: (COMMITTED / name).read_text(encoding="utf-8")
        for name in ("measures.toml", "audiences.toml", "rfm_groups.csv")
    },
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in VALID.items():
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    return tmp_path


def replace(folder: Path, name: str, old: str, new: str) -> int:
    """Changes one place of a file and returns its line."""
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(old) == 1, (name, old)
    (folder / name).write_text(text.replace(old, new), encoding="utf-8", newline="")
    return text[: text.index(old)].count("\n") + 1


def test_the_valid_folder_loads(folder):
    reference = load_reference(folder)
    assert reference.category_codes == ("tv", "kids", "other")
    assert reference.category_labels["tv"] == "Truyền Hình"
    assert reference.app_categories == {"CHANNEL": "tv", "CHILD": "kids"}
    assert reference.ui_texts == ("Tìm kiếm", "SearchFragmentV2")
    assert [(word.key, word.category) for word in reference.keywords] == [
        ("dao hai tac", "anime"),
        ("naruto", "anime"),
        ("nhac vang", "music"),
    ]


CSV_CASES = {
    "cell empty": ("categories.csv", "1,tv,", "1,,", 2, "code is empty"),
    "cell blank": ("keywords.csv", "Naruto", "  ", 3, "phrase is empty"),
    "cell with edge space": ("app_categories.csv", "CHILD,kids", "CHILD ,kids", 3, "white space at its ends"),
    "column missing": ("keywords.csv", "phrase,category", "phrase,kind", 1, "column category is missing"),
    "column twice": ("ui_texts.csv", "text\n", "text,text\n", 1, "column text occurs twice"),
    "too many fields": ("keywords.csv", "Naruto,", "Naruto, the film,", 3, "3 fields, but the header has 2"),
    "quote not closed": ("keywords.csv", "Naruto", '"Naruto', 3, "not valid CSV"),
    "no entries": ("app_categories.csv", "CHANNEL,tv\nCHILD,kids\n", "", 1, "no entries"),
    "line after a field of two lines": (
        "keywords.csv",
        "Naruto,anime\nNhạc vàng,",
        '"Na\nruto",anime\n,',
        5,
        "empty",
    ),
    "position no number": ("categories.csv", "2,kids", "two,kids", 3, "'two' is not a whole number"),
    "position too long": ("categories.csv", "2,kids", f"{'2' * 5000},kids", 3, "is not a whole number"),
    "position left out": ("categories.csv", "3,other", "4,other", 4, "position 4 where 3 should follow"),
    "position twice": ("categories.csv", "3,other", "2,other", 4, "position 2 where 3 should follow"),
    "category code twice": ("categories.csv", "2,kids", "2,tv", 3, "'tv' is the same as 'tv' on line 2"),
    "category code odd": ("categories.csv", "2,kids", "2,Kids!", 3, "'Kids!' is not a valid code"),
    "no category other": ("categories.csv", "3,other", "3,rest", 4, "no category other"),
    "app of unknown category": ("app_categories.csv", "CHILD,kids", "CHILD,toys", 3, "'toys' is unknown"),
    "app name twice": ("app_categories.csv", "CHILD,", "CHANNEL,", 3, "same as 'CHANNEL' on line 2"),
    "app name in lower case": ("app_categories.csv", "CHILD", "Child", 3, "Write CHILD"),
    "UI text twice": ("ui_texts.csv", "SearchFragmentV2", "tìm  KIẾM", 3, "same as 'Tìm kiếm' on line 2"),
    "topic twice": ("keyword_categories.csv", "music,", "anime,", 3, "same as 'anime' on line 2"),
    "topic reserved": ("keyword_categories.csv", "music,", "unknown,", 3, "unknown is reserved"),
    "topic odd": ("keyword_categories.csv", "music,", "My Music,", 3, "'My Music' is not a valid code"),
    "phrase twice": ("keywords.csv", "Naruto", "DAO hai tặc!", 3, "same as 'Đảo hải tặc' on line 2"),
    "phrase of unknown topic": ("keywords.csv", "vàng,music", "vàng,song", 4, "'song' is unknown"),
    "phrase without letters": ("keywords.csv", "Naruto", "?!", 3, "holds no letter or digit"),
}


@pytest.mark.parametrize(("name", "old", "new", "line", "message"), CSV_CASES.values(), ids=CSV_CASES)
def test_a_wrong_csv_line_is_named(folder, name, old, new, line, message):
    replace(folder, name, old, new)
    with pytest.raises(BadReference) as refused:
        load_reference(folder)
    assert str(refused.value).startswith(f"{folder / name}:{line}: ")
    assert message in str(refused.value)


TOML_CASES = {
    "number as text": ("day_seconds = 86400", 'day_seconds = "86400"', "not a whole number of 1 or more"),
    "number too small": ("day_seconds = 86400", "day_seconds = 0", "not a whole number of 1 or more"),
    "true is not a number": ("resurrect_months = 3", "resurrect_months = true", "not a whole number"),
    "letters the wrong way round": ("contract_letters_max = 5", "contract_letters_max = 2", "3 or more"),
    "contract shorter than its letters": ("contract_length = 9", "contract_length = 4", "5 or more"),
    "fraction as number": ('low_max = "1/3"', "low_max = 0.33", "0.33 is not a fraction"),
    "fraction over zero": ('low_max = "1/3"', 'low_max = "1/0"', "'1/0' is not a fraction"),
    "fraction over one": (
        'medium_max = "2/3"',
        'medium_max = "4/3"',
        "4/3 does not lie above 1/3 and up to 1",
    ),
    "fraction of many digits": (
        'low_max = "1/3"',
        'low_max = "3333333333/10000000000"',
        "3333333333/10000000000 has a term of more than 10,000",
    ),
    "number too large": ("day_seconds = 86400", "day_seconds = 86400000000", "86400000000 is more than 1000000"),
    "cuts the wrong way round": ('medium_max = "2/3"', 'medium_max = "1/4"', "does not lie above 1/3"),
    "factor negative": ("fence_factor = 1.5", "fence_factor = -1", "not a number of 0 or more"),
    "factor not finite": ("fence_factor = 1.5", "fence_factor = inf", "not a number of 0 or more"),
    "list empty": ('wifi = ["wifi"]', "wifi = []", "not a list with entries"),
    "word in upper case": ('wifi = ["wifi"]', 'wifi = ["WIFI"]', "'WIFI' is not text in lower case"),
    "word in two networks": (
        'ethernet = ["ethernet"]',
        'ethernet = ["wifi"]',
        "'wifi' already has a meaning",
    ),
    "word twice": ('known = ["enter", "quit"]', 'known = ["enter", "enter"]', "'enter' occurs twice"),
    "outcome reserved": (
        'known = ["enter", "quit"]',
        'known = ["unknown"]',
        "'unknown' already has a meaning",
    ),
    "no such entry": ("fence_factor = 1.5", "fence_factor = 1.5\nfence = 2", "is not a measure"),
}


@pytest.mark.parametrize(("old", "new", "message"), TOML_CASES.values(), ids=TOML_CASES)
def test_a_wrong_measure_is_named(folder, old, new, message):
    line = replace(folder, "measures.toml", old, new)
    with pytest.raises(BadReference) as refused:
        load_reference(folder)
    assert f"measures.toml:{line + new.count(chr(10))}: " in str(refused.value)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("fence_factor = 1.5\n", "\n", "fence_factor of [outliers]: is missing"),
        ('medium = "high"\nhigh = "high"', 'medium = "high"', "high of [clinginess.high]: is missing"),
        ('medium = "low"\n', 'medium = "some"\n', "'some' is not a level"),
        ("day_seconds = 86400", "day_seconds = = 1", "not valid TOML"),
    ],
    ids=["entry missing", "pair missing", "level unknown", "no TOML"],
)
def test_what_is_missing_is_named_with_its_table(folder, old, new, message):
    replace(folder, "measures.toml", old, new)
    with pytest.raises(BadReference, match=r"measures\.toml:\d+: ") as refused:
        load_reference(folder)
    assert message in str(refused.value)


@pytest.mark.parametrize("name", sorted(VALID))
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(BadReference, match="the file is missing") as refused:
        load_reference(folder)
    assert str(folder / name) in str(refused.value)


def test_bytes_that_are_no_text_are_named(folder):
    (folder / "keywords.csv").write_bytes(b"phrase,category\nNaruto,anime\nNh\xe1c,music\n")
    with pytest.raises(BadReference, match=r"keywords\.csv:3: bytes that are not UTF-8"):
        load_reference(folder)


def test_a_byte_order_mark_and_an_own_column_do_no_harm(folder):
    plain = load_reference(folder)
    (folder / "keywords.csv").write_text(
        "phrase,note,category\nĐảo hải tặc,,anime\nNaruto,mine,anime\nNhạc vàng,,music\n",
        encoding="utf-8-sig",
    )
    assert load_reference(folder).keywords == plain.keywords


def test_no_ui_text_at_all_is_a_choice(folder):
    (folder / "ui_texts.csv").write_text("text\n")
    assert load_reference(folder).ui_texts == ()


@pytest.mark.parametrize("name", sorted(VALID))
def test_the_fingerprint_tells_any_change(folder, name):
    before = load_reference(folder)
    assert load_reference(folder) == before
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    after = load_reference(folder)
    assert after.fingerprint != before.fingerprint
    assert after != before


def test_the_fingerprint_does_not_depend_on_the_place(folder, tmp_path_factory):
    elsewhere = shutil.copytree(folder, tmp_path_factory.mktemp("elsewhere") / "reference")
    assert load_reference(elsewhere) == load_reference(folder)


def test_a_reference_can_be_sent_to_workers_and_kept_in_sets(folder):
    reference = load_reference(folder)
    assert {pickle.loads(pickle.dumps(reference))} == {reference}


class TestCommitted:
    """What is committed is usable, in order, and says what the documentation says."""

    def test_size(self):
        reference = load_reference(COMMITTED)
        assert len(reference.keywords) >= 700
        assert 12 <= len(reference.keyword_categories) <= 18
        assert {word.category for word in reference.keywords} == {topic.code for topic in reference.keyword_categories}

    def test_categories_and_apps(self):
        reference = load_reference(COMMITTED)
        assert reference.category_codes == ("tv", "movies", "entertainment", "kids", "sports", "other")
        assert reference.app_categories["KPLUS"] == "tv"
        assert reference.app_categories["BHD_RES"] == "movies"
        assert "UNKNOWN" not in reference.app_categories

    def test_measures(self):
        measures = load_reference(COMMITTED).measures
        assert (measures.activeness_low_max, measures.activeness_medium_max) == (
            Fraction(1, 3),
            Fraction(2, 3),
        )
        assert measures.clinginess["low", "high"] == "medium"
        assert measures.clinginess["high", "low"] == "medium"
        assert measures.contract_pattern == ("^(?:[A-Z]{3}[0-9]{6}|[A-Z]{4}[0-9]{5}|[A-Z]{5}[0-9]{4})$")

    def test_phrases_are_sorted_normal_and_long_enough(self):
        with (COMMITTED / "keywords.csv").open(encoding="utf-8", newline="") as file:
            rows = [(row["category"], row["phrase"]) for row in csv.DictReader(file)]
        assert rows == sorted(rows)
        assert all(normalise_keyword(phrase) == phrase for _, phrase in rows)
        assert [phrase for _, phrase in rows if len(keyword_key(phrase)) < 3] == []

    @pytest.mark.parametrize("path", sorted(COMMITTED.glob("*.csv")), ids=lambda path: path.name)
    def test_lines_end_in_one_way(self, path):
        content = path.read_bytes()
        assert b"\r" not in content
        assert content.endswith(b"\n")

    def test_every_measure_is_explained(self):
        lines = (COMMITTED / "measures.toml").read_text(encoding="utf-8").splitlines()
        entries = [number for number, line in enumerate(lines) if " = " in line and not line.startswith("#")]
        pairs = {"low", "medium", "high", "contract_letters_max"}  # these are told with the line before them
        bare = [lines[n] for n in entries if not lines[n - 1].startswith("#") and lines[n].split()[0] not in pairs]
        assert bare == []
