"""The page that shows the API's description to people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """Show every operation, served from here in full: no script of another host, none inside the page."""
    return render(request, "api/docs.html")
