"""Pages that use every part of the frame over people and departments, for tests of the frame itself.

`@pytest.mark.urls("portcrm.pages.tests.gallery")` and the fixture `gallery` put them in place.
"""

import datetime as dt

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template import engines
from django.urls import include, path

from portcrm.accounts.models import User
from portcrm.errors import RuleBroken
from portcrm.pages.charts import Chart
from portcrm.pages.lists import Column, Empty, Listing, Ordering, Preset
from portcrm.pages.registry import CreateItem, Entry, Hit, NavItem, Panel, SearchSource, Tab, TimelineSource
from portcrm.pages.render import page
from portcrm.pages.services.shortcuts import remember_opened
from portcrm.pages.tests.lists import PeopleFilter
from portcrm.pages.widgets import RecordChoiceField

RECORD = "accounts.user"
NOON = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
MONTHS = [f"2026-{month:02d}" for month in range(1, 13)]
COLUMNS = (
    Column("name", "姓名", attribute="label", link=True, ordering="name"),
    Column("email", "邮箱"),
    Column("language", "语言", attribute="get_language_display"),
    Column("state", "状态", template="components/cell_flag.html", value=lambda user: user.is_active),
    Column("number", "编号", attribute="pk", numeric=True, format="number"),
    Column("joined", "加入日期", attribute="date_joined", format="date", ordering="joined"),
    Column("login", "上次登录", attribute="last_login", format="datetime", default=False),
)
ORDERINGS = (Ordering("name", "姓名", ("name",)), Ordering("joined", "加入日期", ("-date_joined",)))


def people(request):
    listing = Listing(
        request,
        record=RECORD,
        queryset=User.objects.all(),
        filterset_class=PeopleFilter,
        columns=COLUMNS,
        orderings=ORDERINGS,
        page_size=25,
        empty=Empty("还没有联系人", "添加第一位,或从文件导入。", "新建联系人", "/gallery/form/"),
        presets=(Preset("active", "在用", "is_active=true"),),
        export_permission="pages.share_view",
    )
    return draw(request, LIST, {"listing": listing}, fragments=listing.fragments)


def person(request, pk):
    user = get_object_or_404(User, pk=pk)
    remember_opened(obj=user, by=request.user)
    return draw(request, RECORD_PAGE, {"user_shown": user})


def tab(request, pk):
    return draw(request, TAB, {"rows": range(3)})


def panel(request):
    return draw(request, PANEL, {})


class GalleryForm(forms.Form):
    name = forms.CharField(label="公司名称", max_length=20, help_text="与营业执照一致。")
    kind = forms.ChoiceField(label="客户类型", choices=[("shipper", "货主"), ("forwarder", "货代")])
    wishes = forms.MultipleChoiceField(
        label="关注", choices=[("rate", "运价"), ("time", "班期")], required=False, widget=forms.CheckboxSelectMultiple
    )
    key = forms.BooleanField(label="大客户", required=False)
    since = forms.DateField(label="合作起始", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    colleague = RecordChoiceField(queryset=User.objects.none(), source="people", label="客户经理", required=False)
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea)
    fieldsets = (("基础资料", ("name", "kind", "key", "since")), ("交易现状", ("wishes", "colleague", "note")))

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["colleague"].queryset = User.objects.all()


def form(request):
    bound = GalleryForm(request.POST or None)
    if bound.is_valid():
        messages.success(request, f"已保存:{bound.cleaned_data['name']}")
        return redirect("/gallery/people/")
    return draw(request, FORM, {"form": bound, "cancel_url": "/gallery/people/"}, status=422 if bound.errors else 200)


def chart(request):
    figures = [120, 132, 101, 134, 190, 230, 210, 182, 191, 234, 290, 330]
    return Chart(
        title="集装箱带动了近 12 个月的增长",
        n=sum(figures),
        unit="万吨",
        option={
            "xAxis": {"type": "category", "data": MONTHS},
            "yAxis": {"type": "value"},
            "series": [
                {"type": "bar", "name": "吞吐量", "data": figures},
                {"type": "line", "name": "上年同期", "data": [figure - 20 for figure in figures]},
            ],
        },
        columns=["月份", "吞吐量", "上年同期"],
        rows=[[month, figure, figure - 20] for month, figure in zip(MONTHS, figures, strict=True)],
        links=["/gallery/people/" for _month in MONTHS],
    ).response()


def refused(request):
    raise RuleBroken("这一轮征询已经结束,请先重新打开。")


def draw(request, source: str, context: dict, **options) -> HttpResponse:
    """page() for a template written here."""
    if request.htmx and request.htmx.target in options.get("fragments", ()):
        return page(request, "pages/list.html", context, **options)
    template = engines["django"].from_string(source)
    return HttpResponse(template.render(context, request), status=options.get("status", 200))


def fetch_entries(user, obj, before, limit):
    entries = [
        Entry(NOON - dt.timedelta(hours=hour), "call", "phone", f"电话 {hour}", "谈到班期与箱源。\n下周回访。", "", "演示用户 01")
        for hour in range(60)
    ]
    return [entry for entry in entries if before is None or entry.at < before][:limit]


def fetch_changes(user, obj, before, limit):
    entry = Entry(NOON - dt.timedelta(minutes=30), "change", "edit", "客户级别:标准 → 重点", by="演示用户 02")
    return [entry] if before is None or entry.at < before else []


def find_people(user, text, limit):
    found = User.objects.filter(name__contains=text).order_by("name")[:limit]
    return [Hit(person.name, person.email, f"/gallery/people/{person.pk}/", "user", person.pk) for person in found]


def fill(registry) -> None:
    """Put the gallery into the frame; the fixture takes it out again."""
    registry.nav += [
        NavItem("today", "home", "今日", "pages:home", "home", 1),
        NavItem("customers", "people", "客户", "gallery_people", "building", 10),
        NavItem("customers", "form", "表单", "gallery_form", "edit", 20),
        NavItem("cargo", "board", "货源", "gallery_refused", "package", 10),
        NavItem("settings", "secret", "仅管理员", "gallery_form", "lock", 10, "accounts.no_such_permission"),
    ]
    registry.creates.append(CreateItem("person", "新建联系人", "gallery_form", "user-plus"))
    registry.searches += [
        SearchSource("people", "联系人", "", find_people),
        SearchSource("secrets", "机密", "accounts.no_such_permission", find_people),
    ]
    registry.tabs += [
        Tab(RECORD, "cargo", "货物", "gallery_tab", 10),
        Tab(RECORD, "secret", "机密", "gallery_tab", 20, "accounts.no_such_permission"),
    ]
    registry.timelines += [
        TimelineSource(RECORD, "calls", "电话", fetch_entries),
        TimelineSource(RECORD, "changes", "变更", fetch_changes),
    ]
    registry.panels += [
        Panel("calls", "今天要打的电话", "gallery_panel", 10),
        Panel("open", "未结投诉", "gallery_panel", 20),
        Panel("secret", "机密", "gallery_panel", 30, "accounts.no_such_permission"),
    ]


urlpatterns = [
    path("", include("portcrm.urls")),
    path("gallery/people/", people, name="gallery_people"),
    path("gallery/people/<int:pk>/", person, name="gallery_person"),
    path("gallery/people/<int:pk>/tab/", tab, name="gallery_tab"),
    path("gallery/panel/", panel, name="gallery_panel"),
    path("gallery/form/", form, name="gallery_form"),
    path("gallery/chart/", chart, name="gallery_chart"),
    path("gallery/refused/", refused, name="gallery_refused"),
]
handler404 = "portcrm.pages.views.errors.not_found"
handler500 = "portcrm.pages.views.errors.server_error"

LIST = """{% extends "pages/list.html" %}{% block title %}客户{% endblock %}{% block heading %}客户{% endblock %}
{% block crumbs %}{% crumbs "客户" "" %}{% endblock %}
{% block actions %}<a class="btn">{% icon "upload" %}导入</a>
<a class="btn btn-primary" href="/gallery/form/">{% icon "plus" %}新建客户</a>{% endblock %}"""
RECORD_PAGE = """{% extends "pages/record.html" %}{% block title %}{{ user_shown }}{% endblock %}
{% block crumbs %}{% crumbs "客户" "/gallery/people/" user_shown.label %}{% endblock %}
{% block header %}<h1>{{ user_shown.name }} {% pin_button user_shown %}</h1><p class="record-sub">{{ user_shown.name_en }}</p>
<div class="record-badges">{% badge "大客户" "accent" %}{% badge "价值 A ↑3" "success" "trending-up" %}
{% badge "12 天前核实" "neutral" "clock" %}
{% badge "逾期 2 件" "danger" %}{% badge "临近账期" "warning" %}</div>{% endblock %}
{% block actions %}<a class="btn">{% icon "phone" %}记录电话</a><a class="btn btn-primary">{% icon "edit" %}编辑</a>{% endblock %}
{% block tabs %}{% record_tabs "accounts.user" user_shown %}{% endblock %}
{% block facts %}<section class="card"><header class="card-header">
<h2 class="card-title">基础资料</h2></header><div class="card-body">
<dl class="facts"><dt>客户编号</dt><dd>C-00012</dd><dt>邮箱</dt><dd>{{ user_shown.email }}</dd>
<dt>近 12 月</dt><dd>{{ 1234567|tonnes }}</dd>
<dt>收入</dt><dd>{{ "1234567.5"|money }}</dd><dt>约</dt><dd>{{ 1234567|short }}</dd></dl></div></section>{% endblock %}
{% block main %}<section class="card"><div class="card-body">{% timeline "accounts.user" user_shown %}</div></section>{% endblock %}
{% block aside %}<div class="figures">{% figure "未结投诉" 2 "件" "/gallery/people/" "1 件超期" "danger" %}</div>
{% chart "tonnes" "/gallery/chart/" "small" %}{% endblock %}"""
TAB = """{% extends frame.layout %}{% block title %}货物{% endblock %}{% block heading %}货物{% endblock %}
{% block content %}<section class="card"><div class="card-body"><p id="tab-words">这一页签的内容</p></div></section>
{% chart "tab-chart" "/gallery/chart/" %}{% endblock %}"""
PANEL = """{% extends frame.layout %}{% block content %}<div class="figures">{% figure "待回访" 5 "家" "/gallery/people/" %}
{% figure "本月吞吐" "12.3" "万吨" "/gallery/people/" "同比 +8.1%" %}</div>{% endblock %}"""
FORM = """{% extends "pages/form.html" %}{% block title %}新建客户{% endblock %}{% block heading %}新建客户{% endblock %}
{% block crumbs %}{% crumbs "客户" "/gallery/people/" "新建" %}{% endblock %}"""
