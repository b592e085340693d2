"""The employee form: the quality of service inside the port, the first link of the service-profit chain."""

from feedback.enums import ItemKind, Respondents
from feedback.services.shipped.pieces import ShippedForm, ShippedSection, rated, written

FORM = ShippedForm(
    key="employees",
    name=("内部服务质量员工问卷", "Employee form: internal service quality"),
    purpose=(
        "{port}想了解员工在工作中得到的支持。",
        "{port} would like to know how well its own people are served in their work.",
    ),
    minutes=3,
    respondents=Respondents.EMPLOYEES,
    sections=(
        ShippedSection(
            "internal",
            ("工作中得到的支持", "What your work gets from us"),
            ("请按您的实际感受打分。", "Please rate what you have seen yourself."),
            (
                rated("internal_tools", "设备、系统和工具", "Equipment, systems and tools"),
                rated("internal_information", "工作所需信息的及时和准确", "Information that is prompt and correct"),
                rated("internal_cooperation", "部门之间的配合", "Cooperation between departments"),
                rated("internal_training", "业务培训", "Training"),
                rated("internal_authority", "当场为客户解决问题的权限", "Authority to solve a customer's problem on the spot"),
                rated("internal_leadership", "上级的支持", "Support of superiors"),
                rated("internal_recognition", "对服务好的认可和奖励", "Recognition and reward of good service"),
            ),
        ),
        ShippedSection(
            "work",
            ("总体感受", "Overall"),
            ("最后三个问题。", "Three last questions."),
            (
                rated(
                    "work_satisfaction",
                    "总的来说，您对自己的工作满意吗？",
                    "All in all, how satisfied are you with your work?",
                    allows_na=False,
                ),
                (
                    "work_recommend",
                    "您有多大可能向朋友推荐来我港工作？",
                    "How likely are you to recommend working at our port to a friend?",
                    {
                        "kind": ItemKind.RECOMMEND, "minimum": 0, "maximum": 10,
                        "low_zh": "完全不会", "low_en": "Not at all", "high_zh": "一定会", "high_en": "Certainly",
                    },
                ),
                written("comment", "怎样能让您更好地服务客户？", "What would help you to serve customers better?"),
            ),
        ),
    ),
)  # fmt: skip
