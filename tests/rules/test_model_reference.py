"""Reference data as the model reads it: any, while the real reader refuses what is not in its one form (tests/reference)."""

import pytest

from tests.model.reference import read_reference

pytestmark = pytest.mark.unit


def test_reference_data_is_compared_in_one_form(tmp_path):
    texts = {
        "categories.csv": "position,code,label\n10,b,B\n9,a,A\n",
        "app_categories.csv": "app_name,category\n KPlus ,a\n",
        "ui_texts.csv": "text\n Ti\u0300m  Kiếm\n",
        "keywords.csv": "phrase,category\nBóng-đá,second\nBÓNG ĐÁ,first\n",
    }
    texts["audiences.toml"] = "[a]\nwhere = 'users > 0'\n"
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = read_reference(tmp_path)
    assert found.categories == ["a", "b"]
    assert found.apps == {"KPLUS": "a"}
    assert found.ui_texts == {"tìm kiếm"}
    assert found.dictionary == {"bong da": "first"}
