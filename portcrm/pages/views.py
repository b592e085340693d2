from portcrm.pages.render import page


def home(request):
    """Today: what to do next."""
    return page(request, "pages/home.html")
