"""Every address of the citizens' door."""

from __future__ import annotations

from django.urls import URLPattern, path

from gongzhi.portal import conduct, figured, following, mapped, reporting, views

urlpatterns: list[URLPattern] = [
    path("", views.front, name="front"),
    path("cases/", views.list_cases, name="cases"),
    path("cases/<uuid:case>/", views.show_case, name="case"),
    path("reports/", views.list_reports, name="reports"),
    path("figures/", figured.page, name="figures"),
    path("figures/list.csv", figured.file, name="figures-file"),
    path("figures/<str:month>/<slug:figure>/", figured.list_of, name="figures-list"),
    path("map/", mapped.page, name="map"),
    path("map/spots.json", mapped.data, name="map-spots"),
    path("type/", views.choose_type, name="type"),
    path("report/", reporting.begin, name="report"),
    path("c/", reporting.type_code, name="type-code"),
    path("c/<str:code>/", reporting.begin_at, name="report-at"),
    path("report/<uuid:key>/", reporting.words, name="report-words"),
    path("report/<uuid:key>/place/", reporting.place, name="report-place"),
    path("report/<uuid:key>/kind/", reporting.kind, name="report-kind"),
    path("report/<uuid:key>/send/", reporting.send, name="report-send"),
    path("report/<uuid:key>/done/", reporting.done, name="report-done"),
    path("report/<uuid:key>/forget/", reporting.forget, name="report-forget"),
    path("follow/", following.follow, name="follow"),
    path("follow/report/", following.followed, name="followed"),
    path("follow/report/<slug:turn>/", following.take_turn, name="turn"),
    path("conduct/", conduct.complain, name="conduct"),
    path("conduct/find/", conduct.find, name="conduct-find"),
    path("conduct/answer/", conduct.answer, name="conduct-answer"),
    path("conduct/leave/", conduct.leave, name="conduct-leave"),
    path("follow/leave/", following.leave, name="leave"),
]
