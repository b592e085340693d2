from collections.abc import Iterator
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from portcrm.errors import RuleBroken
from portcrm.exchange import matching
from portcrm.exchange.enums import Choice, RowKind
from portcrm.exchange.importing import ImportField
from portcrm.exchange.models import ImportProblem, ImportRun
from portcrm.exchange.readers import TableOptions

MOST_OPTIONS = 1500  # beyond it the page would be mostly option lists: columns are typed, with one list of suggestions


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel workbook (.xlsx) or CSV; the first row names the columns."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
    )
    encoding = forms.ChoiceField(
        label=_("Characters"),
        required=False,
        choices=(("", _("Find out")), ("utf-8-sig", "UTF-8"), ("gb18030", "GB18030 / GBK"), ("utf-16", "UTF-16")),
        help_text=_("Only needed if Chinese characters turn out wrong. Workbooks need no choice."),
    )
    sheet = forms.CharField(label=_("Sheet"), required=False, max_length=100, help_text=_("Of a workbook; left empty: the first one."))
    no_header = forms.BooleanField(label=_("The first row already holds data"), required=False)

    def options(self) -> TableOptions:
        chosen = self.cleaned_data
        return TableOptions(encoding=chosen["encoding"], sheet=chosen["sheet"], has_header=not chosen["no_header"])


@dataclass(frozen=True)
class MappingRow:
    field: ImportField
    column: forms.BoundField
    constant: forms.BoundField


class DecisionForm(forms.Form):
    """One of "", create, skip, update, or update:KEY for a named record; `seen` is the mark of the row as the page showed it."""

    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    decision = forms.RegexField(r"^(create|skip|update(:\d+)?)?$", required=False)

    @property
    def choice(self) -> str:
        return self.cleaned_data["decision"].partition(":")[0]

    @property
    def target(self) -> int | None:
        key = self.cleaned_data["decision"].partition(":")[2]
        return int(key) if key else None


class MendForm(DecisionForm):
    """The cells of a row with problems that go into fields, those at fault first."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, problem: ImportProblem):
        run = problem.run
        super().__init__(data, prefix=f"row{problem.pk}", initial={"version": problem.version, "seen": getattr(problem, "seen", "")})
        self.problem, self._titles = problem, matching.titles(run.columns)
        wrong = {detail["column"] for detail in problem.details}
        self._at_fault = {f"cell_{index}" for index in run.mapping.values() if self._titles[index] in wrong}
        for index in sorted(set(run.mapping.values())):
            cell = problem.raw[index] if index < len(problem.raw) else None
            shown = "" if cell in (None, "") else plain_text(cell)
            widget = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})
            if f"cell_{index}" in self._at_fault:
                widget.attrs |= {"aria-describedby": f"problem-{problem.pk}", "aria-invalid": "true"}
            self.fields[f"cell_{index}"] = forms.CharField(
                label=self._titles[index], required=False, initial=shown, widget=widget, strip=False
            )

    def cells(self) -> dict[int, str]:
        """The cells somebody has changed, by column; the others stay what the file holds."""
        return {int(name.removeprefix("cell_")): self.cleaned_data[name] for name in self.changed_data if name.startswith("cell_")}

    @property
    def at_fault(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name in self._at_fault]

    @property
    def others(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("cell_") and name not in self._at_fault]


def plain_text(cell) -> str:
    """A cell as somebody would type it: a whole number without its ".0"."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


class ChooseAllForm(forms.Form):
    seen = forms.CharField(required=False, max_length=40)
    kind = forms.ChoiceField(choices=RowKind.choices)
    choice = forms.ChoiceField(choices=(("", ""), *Choice.choices), required=False)


class MappingForm(forms.Form):
    """For each field of the importer: the column it comes from, or one value for all rows.

    `cautioned` says that the page has shown what is to be known before the dry run with these columns.
    """

    cautioned = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, run: ImportRun):
        super().__init__(data)
        self.run = run
        self.titles = matching.titles(run.columns)
        self.is_typed = len(self.titles) * len(run.by_importer.fields) > MOST_OPTIONS
        for field in run.by_importer.fields:
            self.fields[f"column_{field.name}"] = self._column_field(field)
            self.fields[f"constant_{field.name}"] = forms.CharField(
                label=_("The same value in every row"),
                required=False,
                max_length=200,
                initial=run.constants.get(field.name, ""),
                widget=forms.TextInput(
                    attrs={"class": "form-control", "autocomplete": "off", "placeholder": _("The same value in every row")}
                ),
            )

    def rows(self) -> Iterator[MappingRow]:
        for field in self.run.by_importer.fields:
            yield MappingRow(field, self[f"column_{field.name}"], self[f"constant_{field.name}"])

    @property
    def unused(self) -> list[str]:
        """Columns of the file that go nowhere."""
        used = set(self.mapping().values()) if self.is_bound and self.is_valid() else set(self.run.mapping.values())
        return [title for index, title in enumerate(self.titles) if index not in used]

    def mapping(self) -> dict[str, int]:
        return {name: index for name, index in self._chosen("column_").items() if index is not None}

    def constants(self) -> dict[str, str]:
        return {name: text for name, text in self._chosen("constant_").items() if text}

    @property
    def caution(self):
        """What is to be known before the dry run, of the columns as they are chosen now."""
        if not self.is_bound:
            return self.run.by_importer.caution({*self.run.mapping, *self.run.constants})
        return self.run.by_importer.caution({*self.mapping(), *self.constants()}) if self.is_valid() else None

    @property
    def may_start(self) -> bool:
        """Everything is chosen, and there is nothing to be known that the person has not been shown."""
        return self.is_valid() and (self.cleaned_data["cautioned"] or not self.caution)

    def clean(self):
        for name, chosen in self._chosen("column_").items():
            self.cleaned_data[f"column_{name}"] = self._index(name, chosen)
        if not self.errors:
            try:
                matching.check(self.run.by_importer, self.mapping(), self.constants())
            except RuleBroken as problem:
                self.add_error(f"column_{problem.field}" if problem.field else None, problem.message)
        return self.cleaned_data

    def _chosen(self, prefix: str) -> dict:
        return {key.removeprefix(prefix): value for key, value in self.cleaned_data.items() if key.startswith(prefix)}

    def _index(self, name: str, chosen: str) -> int | None:
        if not chosen:
            return None
        if not self.is_typed:
            return int(chosen)
        try:
            return self.titles.index(chosen) if chosen in self.titles else matching.resolve({name: chosen}, self.run.columns)[name]
        except RuleBroken as problem:
            self.add_error(f"column_{name}", problem.message)
            return None

    def _column_field(self, field: ImportField) -> forms.Field:
        index = self.run.mapping.get(field.name)
        if self.is_typed:
            widget = forms.TextInput(attrs={"class": "form-control", "list": "columns", "autocomplete": "off"})
            initial = "" if index is None else self.titles[index]
            return forms.CharField(label=field.label, required=False, initial=initial, widget=widget)
        choices = [("", _("Leave out")), *((str(number), title) for number, title in enumerate(self.titles))]
        widget = forms.Select(attrs={"class": "form-select"})
        return forms.ChoiceField(
            label=field.label, required=False, choices=choices, initial="" if index is None else str(index), widget=widget
        )
