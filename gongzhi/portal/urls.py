"""Every address of the citizens' door."""

from __future__ import annotations

from django.urls import URLPattern, path

from gongzhi.portal import following, reporting, views

urlpatterns: list[URLPattern] = [
    path("", views.front, name="front"),
    path("cases/", views.list_cases, name="cases"),
    path("cases/<uuid:case>/", views.show_case, name="case"),
    path("reports/", views.list_reports, name="reports"),
    path("type/", views.choose_type, name="type"),
    path("report/", reporting.begin, name="report"),
    path("report/<uuid:key>/", reporting.words, name="report-words"),
    path("report/<uuid:key>/place/", reporting.place, name="report-place"),
    path("report/<uuid:key>/kind/", reporting.kind, name="report-kind"),
    path("report/<uuid:key>/send/", reporting.send, name="report-send"),
    path("report/<uuid:key>/done/", reporting.done, name="report-done"),
    path("follow/", following.follow, name="follow"),
    path("follow/report/", following.followed, name="followed"),
    path("follow/report/<slug:turn>/", following.take_turn, name="turn"),
    path("follow/leave/", following.leave, name="leave"),
]
