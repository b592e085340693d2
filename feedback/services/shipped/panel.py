"""The yearly panel of service quality: 22 statements in five dimensions, each of an excellent port and of ours, and the brand.

Version 2 asks after the dimensions how much each of them matters: 100 points shared out among them.
"""

from dataclasses import replace

from feedback.enums import ItemKind, QualityDimension
from feedback.services.shipped.pieces import DISAGREE_TO_AGREE, Asked, ShippedForm, ShippedSection, Words, expected_and_seen

LEAD = (
    "每一行请打两个分（1至7分）：优秀的港口应当做到什么程度，我港实际做到什么程度。不了解的可选“不适用”。",
    "Please give each line two marks from 1 to 7: how far it holds for an excellent port, and how far for ours. "
    "Choose “not applicable” for what you do not know.",
)


def _dimension(key: str, title: Words, *statements: Asked | Words) -> ShippedSection:
    """`statements` as (key, Chinese, English)."""
    return ShippedSection(key, title, LEAD, tuple(one for statement in statements for one in expected_and_seen(*statement)))


def _branded(key: str, zh: str, en: str) -> Asked:
    return f"brand_{key}", zh, en, {"kind": ItemKind.RATING, "maximum": 7, "allows_na": True} | DISAGREE_TO_AGREE


ROLE = (
    "role",
    "您在公司的岗位是？",
    "What is your position in the company?",
    {
        "kind": ItemKind.SINGLE,
        "options": (("manager", "管理人员", "Manager"), ("clerk", "业务经办人员", "Somebody who handles the shipments")),
    },
)

FIRST = ShippedForm(
    key="service-quality-panel",
    name=("服务质量年度调查表", "Yearly panel of service quality"),
    purpose=(
        "{port}每年一次，请{company}全面评价港口服务：优秀的港口应当怎样，我们实际怎样。",
        "Once a year {port} asks {company} for a full judgement of its service: what an excellent port is like, and what ours is like.",
    ),
    minutes=12,
    sections=(
        _dimension(
            QualityDimension.TANGIBLES,
            ("有形性", "Tangibles"),
            ("t1", "装卸设备、堆场和闸口先进", "Cranes, yard and gates are modern"),
            ("t2", "办公场所、网上服务和标识清楚整洁", "Offices, portal and signs are clear and tidy"),
            ("t3", "员工仪表专业，安全防护用品穿戴齐全", "Staff look professional and wear safety gear"),
            ("t4", "单据、通知和屏幕信息清楚易读", "Forms, notices and screens are easy to read"),
        ),
        _dimension(
            QualityDimension.RELIABILITY,
            ("可靠性", "Reliability"),
            ("r1", "靠泊、进出闸和放货按承诺的时间进行", "Keeps promised berthing, gate and release times"),
            ("r2", "接手货主的问题，一办到底", "Takes a shipper's problem on and sees it through"),
            ("r3", "作业一次做对，不错装、不损货、不错放", "Does the operation right the first time: no mis-load, damage or wrong release"),
            ("r4", "单证按承诺的时间交付", "Delivers documents when promised"),
            ("r5", "账单、理货单和舱单准确无误", "Invoices, tallies and manifests are free of errors"),
        ),
        _dimension(
            QualityDimension.RESPONSIVENESS,
            ("响应性", "Responsiveness"),
            ("s1", "明确告知办理时间，有变化及时通知", "Says exactly when a service will be done and updates it"),
            ("s2", "闸口、柜台和业务窗口办理迅速", "Serves promptly at gate, counter and desk"),
            ("s3", "员工乐于帮助客户", "Staff are willing to help"),
            ("s4", "再忙也及时回应客户的请求", "Staff are never too busy to answer a request"),
        ),
        _dimension(
            QualityDimension.ASSURANCE,
            ("保证性", "Assurance"),
            ("a1", "员工的言行让人放心", "The behaviour of staff inspires confidence"),
            ("a2", "货物和数据在港口是安全的", "Cargo and data are safe"),
            ("a3", "员工始终有礼貌", "Staff are always courteous"),
            (
                "a4",
                "员工熟悉费率、海关和危险品规定，能解答问题",
                "Staff know tariffs, customs and dangerous-goods rules well enough to answer",
            ),
        ),
        _dimension(
            QualityDimension.EMPATHY,
            ("移情性", "Empathy"),
            ("m1", "对我们公司给予个别关注", "Gives our company individual attention"),
            ("m2", "闸口、截港和热线的时间方便我们", "Hours of gate, cut-off and hotline suit us"),
            ("m3", "有专人与我们公司对接", "Has a named person for us"),
            ("m4", "计划有变时为我们的利益着想", "Has our interest at heart when plans change"),
            ("m5", "了解我们的货物和淡旺季", "Understands our cargo and seasons"),
        ),
        ShippedSection(
            "brand",
            ("服务品牌", "Service brand"),
            ("最后几个问题。", "The last questions."),
            (
                _branded("reputation", "我港的服务在业内口碑好", "The service of our port has a good name in the trade"),
                _branded("consistency", "我港的服务水平始终如一", "The service is of the same quality every time"),
                _branded("distinction", "我港的服务有自己的特色", "The service has something other ports do not have"),
                _branded("preference", "条件相同时，我们优先选择我港", "On equal terms we would choose this port"),
                ROLE,
            ),
        ),
    ),
)

WEIGHTS = ShippedSection(
    "weights",
    ("哪方面更重要", "What matters more"),
    (
        "请把100分分给刚才的五个方面，越重要分越多。不愿分配的可以全部留空。",
        "Please share 100 points out among the five sides you have just judged: the more one matters, the more points. "
        "You may leave all boxes empty.",
    ),
    (
        (
            "weights",
            "选择港口时，这几方面各有多重要？合计须为100分",
            "When you choose a port, how much does each of these matter? Together 100 points",
            {"kind": ItemKind.SPLIT},
        ),
    ),
)

SECOND = replace(FIRST, number=2, minutes=13, sections=(*FIRST.sections[:-1], WEIGHTS, FIRST.sections[-1]))
