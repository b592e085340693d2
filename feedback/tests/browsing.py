"""A browser without scripts: what a page's form would send back, hidden fields and untouched texts included."""

from html.parser import HTMLParser


class Fields(HTMLParser):
    """Collects the fields of one form of a page."""

    def __init__(self, form: str):
        super().__init__()
        self.form, self.inside, self.text_of = form, False, ""
        self.fields: dict[str, str] = {}
        self.action = ""

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self.inside = found.get("id") == self.form
            self.action = found["action"] if self.inside else self.action
        elif not self.inside or not found.get("name"):
            return
        elif tag == "textarea":
            self.text_of = found["name"]
            self.fields[self.text_of] = ""
        elif tag == "input" and (found.get("type") != "radio" or "checked" in found):
            self.fields[found["name"]] = found.get("value") or ""

    def handle_data(self, data):
        if self.text_of:
            self.fields[self.text_of] += data if self.fields[self.text_of] else data.removeprefix("\n")

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.text_of = ""
        elif tag == "form":
            self.inside = False


class Tab:
    """One window that shows a page; `type` changes fields by item key, `press` sends the form as it stands."""

    def __init__(self, client, address: str, *, form: str = "opinion"):
        self.client, self.form = client, form
        self.show(client.get(address, follow=True))

    def show(self, answer) -> None:
        self.answer, self.html = answer, answer.content.decode()
        parser = Fields(self.form)
        parser.feed(self.html)
        self.fields, self.action = parser.fields, parser.action

    def type(self, **answers) -> "Tab":
        self.fields |= {f"q-{key}": str(value) for key, value in answers.items()}
        return self

    def send(self, go: str = "submit"):
        """Send what stands in the form and stay on the page, as after a lost answer."""
        return self.client.post(self.action, self.fields | {"go": go}, follow=True)

    def press(self, go: str = "submit") -> "Tab":
        self.show(self.send(go))
        return self
