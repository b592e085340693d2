def opened(client, url: str) -> dict[str, object]:
    """The form of a page as a browser would send it back untouched, what the editor saw included."""
    form = client.get(url).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in shown.items() if value not in (None, False)}
