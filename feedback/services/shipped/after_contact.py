"""The pulse after a contact: one mark, one comment, one page."""

from feedback.services.shipped.pieces import ShippedForm, ShippedSection, rated, written

FORM = ShippedForm(
    key="after-contact",
    name=("业务办理回访表", "After-contact form"),
    purpose=(
        "{port}想了解最近一次为{company}办理业务的情况。",
        "{port} would like to know how its latest contact with {company} went.",
    ),
    minutes=1,
    sections=(
        ShippedSection(
            "contact",
            ("最近一次业务办理", "Our latest contact"),
            ("", ""),
            (
                rated(
                    "overall",
                    "这次办理您满意吗？",
                    "How satisfied are you with how we handled it?",
                    allows_na=False,
                    required=True,
                ),
                written("comment", "您想对我们说什么？", "What would you like to tell us?"),
            ),
        ),
    ),
)
