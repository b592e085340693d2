"""What every page of the frame needs."""


def frame(request) -> dict:
    return {"theme": request.COOKIES.get("theme", "auto")}
