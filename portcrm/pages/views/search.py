from django.http import Http404, JsonResponse

from portcrm.pages.queries.search import find_commands, find_records, source_of
from portcrm.pages.render import page

PALETTE_HITS = 6
PAGE_HITS = 25
CHOICES = 20
COMMANDS = 8
ALL_COMMANDS = 60


def search(request):
    """Everything that matches, one section per kind of record; works without JavaScript."""
    text = request.GET.get("q", "")[:100]
    context = {"text": text, "groups": find_records(request.user, text, PAGE_HITS), "commands": []}
    if text:
        context["commands"] = find_commands(request.user, text, COMMANDS)
    return page(request, "pages/search.html", context)


def palette(request):
    """What the command palette lists while someone types; before that, every command."""
    text = request.GET.get("q", "")[:100]
    commands = find_commands(request.user, text, COMMANDS if text else ALL_COMMANDS)
    context = {"text": text, "commands": commands, "groups": find_records(request.user, text, PALETTE_HITS)}
    return page(request, "pages/palette.html", context, fragments=("palette-hits",))


def choices(request, source):
    """Choices of a RecordChoiceField while someone types: [{"value": pk, "text": title, "note": subtitle}]."""
    found = source_of(source, request.user)
    if found is None:
        raise Http404
    hits = found.find(request.user, request.GET.get("q", "")[:100], CHOICES)
    return JsonResponse([{"value": hit.pk, "text": hit.title, "note": hit.subtitle} for hit in hits], safe=False)
