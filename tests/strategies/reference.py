"""Small reference data that fits the keyword pool, for tests that bring their own."""

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path

from resources.settings import REFERENCE

CATEGORIES = {
    "tv": ("Truyền Hình", ("CHANNEL", "DSHD", "KPLUS")),
    "movies": ("Phim Truyện", ("VOD", "VOD_RES", "FIMS", "FIMS_RES", "BHD", "BHD_RES", "DANET")),
    "entertainment": ("Giải Trí", ("RELAX",)),
    "kids": ("Thiếu Nhi", ("CHILD",)),
    "sports": ("Thể Thao", ("SPORT",)),
    "other": ("Khác", ()),
}
UI_TEXTS = ("Tìm kiếm bằng giọng nói", "SearchFragmentV2", "prime provider")
KEYWORDS = {
    "Bóng đá": "sports",
    "bóng đá Việt Nam": "vietnamese_sports",
    "anime": "anime",
    "Venom": "action",
    "Naruto": "anime",
    "phim": "films",
    "phim hài": "comedy",
    "VTV1": "channels",
    "360": "numbers",
}


def _write(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def write_reference(folder: Path) -> Path:
    """Lists with a few entries each, and the committed measures; returns `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    positions = enumerate(CATEGORIES.items(), start=1)
    _write(
        folder / "categories.csv",
        ("position", "code", "label"),
        [(position, code, label) for position, (code, (label, _)) in positions],
    )
    apps = [(app, code) for code, (_, names) in CATEGORIES.items() for app in names]
    _write(folder / "app_categories.csv", ("app_name", "category"), apps)
    _write(folder / "ui_texts.csv", ("text",), [(text,) for text in UI_TEXTS])
    _write(folder / "keywords.csv", ("phrase", "category"), KEYWORDS.items())
    topics = dict.fromkeys(KEYWORDS.values())
    header = ("category", "label", "description")
    _write(folder / "keyword_categories.csv", header, [(topic, topic.title(), f"About {topic}") for topic in topics])
    for name in ("measures.toml", "audiences.toml", "rfm_groups.csv"):
        shutil.copy(REFERENCE / name, folder)
    return folder
