"""Readings of Chinese characters in the names of companies and places, where the usual reading is wrong there."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from pypinyin import Style, load_phrases_dict
from pypinyin.converter import DefaultConverter
from pypinyin.core import Pinyin

# Phrase -> syllables. The library knows 重庆, 厦门 and 乐清; what it reads wrongly in firms' names stands here.
PHRASES = {
    "长荣": "chang rong",
    "长锦": "chang jin",
    "长航": "chang hang",
    "长通": "chang tong",
    "长远": "chang yuan",
    "长盛": "chang sheng",
    "长丰": "chang feng",
    "长安": "chang an",
    "长发": "chang fa",
    "长虹": "chang hong",
    "长春": "chang chun",
    "长沙": "chang sha",
    "长兴": "chang xing",
    "长乐": "chang le",
    "长岛": "chang dao",
    "长隆": "chang long",
    "长顺": "chang shun",
    "长和": "chang he",
    "长风": "chang feng",
    "长治": "chang zhi",
    "重庆": "chong qing",
    "重汽": "zhong qi",
    "重工": "zhong gong",
    "厦门": "xia men",
    "厦航": "xia hang",
    "厦工": "xia gong",
    "大厦": "da sha",
    "乐清": "yue qing",
    "乐亭": "lao ting",
    "东莞": "dong guan",
    "六安": "lu an",
    "六合": "lu he",
    "蚌埠": "beng bu",
    "黄埔": "huang pu",
    "大埔": "da bu",
    "台州": "tai zhou",
    "天台": "tian tai",
    "洪洞": "hong tong",
    "铅山": "yan shan",
    "番禺": "pan yu",
    "枞阳": "zong yang",
    "单县": "shan xian",
    "渑池": "mian chi",
    "柏林": "bo lin",
    "会计": "kuai ji",
    "银行": "yin hang",
    "商行": "shang hang",
    "洋行": "yang hang",
    "分行": "fen hang",
    "车行": "che hang",
    "行业": "hang ye",
    "同行": "tong hang",
    "朝阳": "chao yang",
    "朝日": "zhao ri",
    "调度": "diao du",
    "调运": "diao yun",
    "重载": "zhong zai",
    "载货": "zai huo",
    "尉氏": "wei shi",
    "尉犁": "yu li",
    "褚氏": "chu shi",
    "曾氏": "zeng shi",
    "华氏": "hua shi",
    "成都": "cheng du",
    "都匀": "du yun",
    "都昌": "du chang",
    "涡阳": "guo yang",
    "泌阳": "bi yang",
    "儋州": "dan zhou",
    "珲春": "hun chun",
    "莘县": "shen xian",
    "荥阳": "xing yang",
    "繁峙": "fan shi",
    "东阿": "dong e",
    "粮行": "liang hang",
    "货行": "huo hang",
    "船行": "chuan hang",
}

load_phrases_dict({phrase: [[syllable] for syllable in reading.split()] for phrase, reading in PHRASES.items()})


class RememberingConverter(DefaultConverter):
    """Reads each word once: the names of firms are made of the same few thousand, and reading them was a third of an import."""

    def __init__(self) -> None:
        super().__init__()
        self._read = lru_cache(maxsize=20_000)(super().convert)

    def convert(
        self, words: str, style: Style, heteronym: bool, errors: Callable[[str], str] | str, strict: bool = True, **kwargs: Any
    ) -> list[list[str]]:
        return self._read(words, style, heteronym, errors, strict, **kwargs)


_READER = Pinyin(RememberingConverter())


def syllables(text: str) -> list[str]:
    """One item per Chinese character (ü as v) and one per run of anything else."""
    return _READER.lazy_pinyin(text, style=Style.NORMAL)
