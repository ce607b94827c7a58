"""Every address of the product."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from gongzhi.api.api import api
from gongzhi.api.views import documentation
from gongzhi.web import maps, signing_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("gongzhi.portal.urls")),
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("sign-in/code/", signing_in.sign_in_code, name="sign-in-code"),
    path("sign-in/authenticator/", signing_in.sign_in_factor, name="sign-in-factor"),
    path("sign-in/post/", signing_in.choose_post, name="choose-post"),
    path("sign-in/password/", signing_in.change_password, name="change-password"),
    path("sign-in/resume/", signing_in.resume, name="sign-in-resume"),
    path("sign-in/change/", signing_in.change_user, name="change-user"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("map/ground.json", maps.ground, name="map-ground"),
    path("language/", set_language, name="set_language"),
    path("desk/", include("gongzhi.desk.urls")),
    path("api/v1/docs", documentation, name="api-docs"),
    path("api/v1/", api.urls),
]
