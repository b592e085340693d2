"""What a refusal means for the address: is it dead, is it full for now, or was it us who were refused?

The enhanced status code (RFC 3463) decides where it says something; then words, which mail services write in English and
Chinese; then the bare reply code. Whatever cannot be read is soft: an address is given up for good reasons only.
"""

import re

HARD, SOFT, POLICY, DELIVERED, COMPLAINED = "hard", "soft", "policy", "delivered", "complained"

DEAD = (
    "user unknown", "unknown user", "no such user", "user not found", "unknown recipient", "recipient not found", "mailbox not found",
    "mailbox unavailable", "does not exist", "doesn't exist", "no mailbox", "invalid recipient", "account disabled", "mailbox disabled",
    "no longer accepts", "domain not found", "host not found", "不存在", "无此用户", "用户未找到", "已停用", "已被停用", "已注销", "已禁用",
)  # fmt: skip
FULL = (
    "mailbox full",
    "mailbox is full",
    "over quota",
    "quota exceeded",
    "insufficient storage",
    "空间已满",
    "邮箱已满",
    "容量已满",
    "超出容量",
)
OURS = (
    "spam", "blacklist", "blocklist", "blocked", "policy", "dmarc", "spf", "dkim", "rate limit", "too many", "content rejected", "垃圾邮件",
    "黑名单", "拒收", "频率", "反垃圾",
)  # fmt: skip
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<!\d)([45]\d\d)(?=[\s\-:,，：]|$)")
DEAD_STATUS = {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.1", "5.4.4"}
OUR_STATUS = {"5.1.7", "5.1.8", "5.1.9"}  # the sender's address
DEAD_CODES, FULL_CODES = {"550", "551", "553"}, {"552"}


def status_in(words: str) -> str:
    """The first enhanced status code in a text, e.g. "5.1.1", or ""."""
    found = _STATUS.search(words)
    return found.group() if found else ""


def says_no(words: str) -> bool:
    """Whether a text without a status of its own tells of a refusal at all."""
    text = words.lower()
    return bool(status_in(text).startswith(("4", "5")) or _CODE.search(text) or any(word in text for word in (*DEAD, *FULL)))


def fate_of_refusal(words: str, status: str = "") -> str:
    """HARD, SOFT or POLICY for a refusal with these words; `status` is the code told beside them, if any."""
    status = status or status_in(words)
    if status in DEAD_STATUS:
        return HARD
    if status in OUR_STATUS or status.startswith(("5.6.", "5.7.")):
        return POLICY
    if status.startswith(("4.", "5.2.", "5.3.", "5.4.")):
        return SOFT
    return _by_words(words.lower())


def _by_words(text: str) -> str:
    for words, fate in ((FULL, SOFT), (DEAD, HARD), (OURS, POLICY)):
        if any(word in text for word in words):
            return fate
    code = _CODE.search(text)
    return HARD if code and code.group(1) in DEAD_CODES else SOFT
