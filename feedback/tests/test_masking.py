"""What is taken out of a text that gives somebody or a shipment away, and what is left in it. Sentences written by hand."""

import pytest

from feedback.analysis.masking import Known, Masked, codes_in, masked

MARKS = {kind: f"<{kind}>" for kind in Masked}
KNOWN = Known(
    persons=frozenset({"高平", "张伟", "欧阳明", "李思源", "高兴", "Wang Wei", "Li Long", "演示联系人 7"}),
    firms=frozenset({"海隆示例货代", "海隆", "Hailong Freight Co., Ltd."}),
    bills=frozenset({"QDHL260511"}),
)


def told(text: str, known: Known = KNOWN) -> str:
    return masked(text, known, MARKS)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("张伟没有回电，李思源也没有。", "<name>没有回电，<name>也没有。"),
        ("请找演示联系人 7。", "请找<name>。"),
        ("王经理和赵女士都很忙，周总监在。", "<name>经理和<name>女士都很忙，<name>总监在。"),
        ("张总没有来，找高总谈。", "<name>总没有来，找<name>总谈。"),
        ("欧阳先生说刘小明女士知道。", "<name>先生说<name>女士知道。"),
        ("小王态度差，老李很好，李工修好了。", "<name>态度差，<name>很好，<name>工修好了。"),
        ("高兴经理来了，我们很高兴。", "<name>经理来了，我们很高兴。"),
        ("Mr. Chen and Ms Li Na were rude.", "<name> and <name> were rude."),
        ("Wang Wei (WEI WANG) told us; Wang never called.", "<name> (<name>) told us; <name> never called."),
        ("海隆的货，海隆示例货代付的钱。", "<firm>的货，<firm>付的钱。"),
        ("hailong freight co., ltd. is not amused", "<firm> is not amused"),
        ("提单号：COSU6123456780 延误", "提单号：<bill> 延误"),
        ("提单QD2605118 和 qdhl260511 都错", "提单<bill> 和 <bill> 都错"),
        ("B/L No. 123456789 and booking number AB-12345", "B/L No. <bill> and booking number <bill>"),
        ("bill of lading OOLU2612345670 is wrong", "bill of lading <bill> is wrong"),
        ("箱号 CSQU3054383 破损，CSQU 305438-3", "箱号 <box> 破损，<box>"),
        ("电话 13800138000 或 0532-82981234", "电话 <phone> 或 <phone>"),
        ("call +86 532 8298 1234, +49 (40) 1234567", "call <phone>, <phone>"),
        ("微信号：abc_12345，邮箱 a.b+c@customer.invalid", "微信号：<phone>，邮箱 <mailbox>"),
    ],
)
def test_what_gives_somebody_away_is_masked(text, shown):
    assert told(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "我们很高兴，提高平均效率，提高总体水平。",
        "王牌服务，国王级待遇，张开双臂，张力很大。",
        "项目经理、部门经理、总经理、高级经理、任何经理都行。",
        "向经理反映过，由于主管不在，报关主管和车队长说不行。",
        "每周总量、流程总是变，小程序好用，小时费贵，老板好。",
        "李工作认真负责，周到的服务，马上处理，方便快捷。",
        "价格 13800 元，运费 13800138000元，合计 3,500 TEU，25.000 吨，上涨 +100%。",
        "提单 3 份没有给，提单格式不对，提单确认慢。",
        "箱号 CSQU3054384 的校验码不对，40HQ，3x20GP。",
        "2026-05-11 到 2026-05-20，8:00-17:30，见 EDI 报文 85414300。",
        "Long queue at gate 5; the best price in may. Mark the box, please. Bill us monthly.",
        "B/L was late by 3 days, booking is slow, no. 5 crane broke.",
    ],
)
def test_usual_words_sums_and_days_stay(text):
    assert told(text) == text


def test_without_anything_known_titles_and_forms_still_tell():
    text = "张伟没有回电，王经理也没有，电话 13800138000。"

    assert told(text, Known()) == "张伟没有回电，<name>经理也没有，电话 <phone>。"


def test_marks_are_not_read_again_and_the_rest_keeps_its_lines():
    marks = dict.fromkeys(Masked, "【提单号】QDHL260511")

    assert masked("一\n\nQDHL260511\n二", KNOWN, marks) == "一\n\n【提单号】QDHL260511\n二"


def test_codes_are_looked_up_with_three_digits_at_least():
    assert codes_in("QDHL260511、gate 5、ABCDEF、2026-05-11, AB-123") == {"QDHL260511", "2026-05-11", "AB-123"}
