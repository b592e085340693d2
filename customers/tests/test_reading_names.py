"""Names are read word by word, each word once, as the library reads them whole."""

import pytest
from pypinyin import Style, lazy_pinyin

from customers.naming.readings import RememberingConverter, syllables

NAMES = ["重庆长航行业有限公司", "厦门大厦银行", "乐清朝阳ABC123货运(上海)有限责任公司", "绿色女儿吕梁", "", "Ltd 有限", "𠮷野家〇二"]  # noqa: RUF001


@pytest.mark.parametrize("name", NAMES)
def test_a_name_reads_as_the_library_reads_it_also_the_second_time(name):
    whole = lazy_pinyin(name, style=Style.NORMAL)

    assert [syllables(name), syllables(name)] == [whole, whole]


def test_readings_of_our_own_are_kept():
    assert syllables("重庆长荣大厦") == ["chong", "qing", "chang", "rong", "da", "sha"]


def test_a_word_is_looked_up_once():
    converter = RememberingConverter()

    read = [converter.convert("有限公司", Style.NORMAL, False, "default", True) for _ in range(3)]

    assert read == [[["you"], ["xian"], ["gong"], ["si"]]] * 3
    assert converter._read.cache_info().misses == 1
