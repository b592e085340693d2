"""What the audit log says of an event, in words of the reader, whatever app it comes from."""

import pytest
from django.utils.translation import override

from portcrm.audit.models import AuditEvent


def sentence(action: str, **detail) -> str:
    return AuditEvent(action=action, detail=detail).sentence


@pytest.mark.parametrize(
    ("action", "detail", "chinese", "english"),
    [
        (
            "exchange.export", {"list": "customers.customer", "rows": 302, "query": "", "format": "csv"},
            "清单：客户；行数：302；文件格式：CSV", "List: Customers; Rows: 302; File type: CSV",
        ),
        (
            "exchange.export", {"list": "customers.merge_of_before", "rows": 1, "query": "q=%E6%B8%AF&mine=True", "format": "xlsx"},
            "清单：customers.merge_of_before；行数：1；文件格式：XLSX；筛选：q=港&mine=True",
            "List: customers.merge_of_before; Rows: 1; File type: XLSX; Filter: q=港&mine=True",
        ),
        (
            "exchange.export",
            {
                "list": "customers.customer", "rows": 3, "format": "csv",
                "query": "status=existing&types=forwarder&types=carrier&tonnes_min=1000&account_manager=7&region=3"
                "&columns=name%2Ctier&sort=-name",
                "names": {
                    "account_manager": {"7": {"zh": "王 经办", "en": "Wang"}}, "sort": {"name": {"zh": "名称", "en": "Name"}},
                    "columns": {"name": {"zh": "客户", "en": "Customer"}, "tier": {"zh": "服务等级", "en": "Service tier"}},
                },
            },
            "清单：客户；行数：3；文件格式：CSV；筛选：客户类型：货运代理、船公司 · 客户状态：现有客户 · 客户经理：王 经办 · 地区：3 · "
            "近12个月吨数：≥ 1,000；列：客户、服务等级；排序：名称（倒序）",
            "List: Customers; Rows: 3; File type: CSV; Filter: Customer types: Freight forwarder, Shipping line (carrier) · "
            "Status: Existing customer · Account manager: Wang · Region: 3 · Tonnes in 12 months: ≥ 1,000; "
            "Columns: Customer, Service tier; Sorted by: Name, reversed",
        ),
        (
            "exchange.export", {"list": "cargo.lead", "rows": 1, "query": "stage=won&no_such=1&look=board", "format": "csv"},
            "清单：货源信息；行数：1；文件格式：CSV；筛选：阶段：已成交 · no_such：1",
            "List: Cargo leads; Rows: 1; File type: CSV; Filter: Stage: Won · no_such: 1",
        ),
        (
            "exchange.export",
            {
                "list": "customers.relation", "rows": 2, "query": "customer=4&depth=2&day=2026-11-23", "format": "csv",
                "names": {"customer": {"4": {"zh": "棹川航运有限公司", "en": ""}}},
            },
            "清单：客户关系；行数：2；文件格式：CSV；筛选：客户：棹川航运有限公司 · 展开层数：2 层 · 截止日：2026-11-23",
            "List: Relations; Rows: 2; File type: CSV; Filter: Customer: 棹川航运有限公司 · Reach: 2 steps · As of: 2026-11-23",
        ),
        (
            "exchange.revert", {"done": 4, "left": 1, "state": "done"},
            "结果：已完成；已处理：4；待决定：1", "Result: Done; Gone through: 4; To be decided: 1",
        ),
        ("exchange.mend", {"line": 3, "state": "open"}, "行号：3；结果：待修正", "Line: 3; Result: To be mended"),
        ("exchange.choose", {"line": 3, "choice": "skip"}, "行号：3；处理方式：不导入", "Line: 3; Decision: Leave out"),
        (
            "exchange.import", {"importer": "customers", "state": "done", "created": 2, "updated": 0, "skipped": 1, "rejected": 0},
            "内容：客户；结果：已完成；新增：2；更新：0；未变：1；有问题：0",
            "What: Customers; Result: Done; Added: 2; Updated: 0; Left as they were: 1; With problems: 0",
        ),
        ("contact.read_profile", {"observations": 0}, "观察记录：0", "Observations: 0"),
        ("ranking.check", {"agrees": True}, "一致：是", "Agrees: yes"),
        (
            "paper.take", {"form": "file-card", "format": "pdf", "language": "zh-hans", "extras": "observations"},
            "表单：客户档案卡；文件格式：PDF；语言：中文；附带：负责人画像",
            "Form: Customer file card; File type: PDF; Language: Chinese; With: Profile of the persons in charge",
        ),
    ],
)  # fmt: skip
def test_a_detail_is_told_in_the_readers_words(action, detail, chinese, english):
    with override("zh-hans"):
        in_chinese = sentence(action, **detail)
    with override("en"):
        in_english = sentence(action, **detail)

    assert (in_chinese, in_english) == (chinese, english)


def test_what_an_earlier_version_wrote_down_is_not_hidden():
    with override("en"):
        assert sentence("exchange.mend", line=3, by_hand="yes") == "Line: 3; by_hand: yes"


def test_a_bulk_change_says_where_what_and_with_which_result():
    detail = {"list": "customers.customer", "what": "tag", "query": "mine=True", "state": "done", "total": 5, "done": 5, "refused": 1}

    with override("en"):
        assert sentence("bulk.run", **detail) == (
            "List: Customers; What is done: Add tags; Filter: Mine: Yes; Result: Done; Rows: 5; Gone through: 5; Refused: 1"
        )
