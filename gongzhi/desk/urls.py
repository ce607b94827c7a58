"""The addresses of the staff's door."""

from __future__ import annotations

from django.urls import path

from gongzhi.desk.views import calls, cases, files, home, powers, queues, reports, search

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("queues/<slug:key>/", queues.show, name="queue"),
    path("queues/<slug:key>/moves/", queues.move_many, name="move-many"),
    path("cases/<str:ref>/", cases.show, name="case"),
    path("cases/<str:ref>/moves/<slug:act>/", cases.move, name="move"),
    path("reports/<str:ref>/", reports.show, name="report"),
    path("reports/<str:ref>/contact/", reports.reveal, name="reveal"),
    path("reports/<str:ref>/moves/<str:act>/", reports.move, name="report-move"),
    path("files/<uuid:file>/", files.original, name="file"),
    path("files/<uuid:file>/display/", files.display, name="file-display"),
    path("files/<uuid:file>/thumbnail/", files.thumbnail, name="file-thumbnail"),
    path("call/", calls.take, name="call"),
    path("call/near/", calls.near, name="near"),
    path("call/receipts/<str:number>/", calls.receipt, name="receipt"),
    path("powers/", powers.ask, name="powers"),
    path("powers/table/", powers.table, name="powers-table"),
    path("search/", search.search, name="search"),
]
