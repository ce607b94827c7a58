"""Every address of the product."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from gongzhi.api.api import api
from gongzhi.api.views import documentation
from gongzhi.portal import views as portal

urlpatterns: list[URLPattern | URLResolver] = [
    path("", portal.front, name="front"),
    path("cases/", portal.list_cases, name="cases"),
    path("reports/", portal.list_reports, name="reports"),
    path("language/", set_language, name="set_language"),
    path("api/v1/docs", documentation, name="api-docs"),
    path("api/v1/", api.urls),
]
