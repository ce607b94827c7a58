"""The description and the page that shows it, served from here and nowhere else."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_description_is_openapi_3_1_and_names_every_problem():
    schema = Client().get("/api/v1/openapi.json").json()
    assert schema["openapi"] == "3.1.0"
    for methods in schema["paths"].values():
        for said in methods.values():
            assert said["description"]
            failing = {status: one for status, one in said["responses"].items() if int(status) >= 400}
            assert failing
            assert {kind for one in failing.values() for kind in one["content"]} == {"application/problem+json"}


def test_each_operation_has_a_name_of_its_own():
    schema = Client().get("/api/v1/openapi.json").json()
    names = [said["operationId"] for methods in schema["paths"].values() for said in methods.values()]
    assert len(names) == len(set(names))


def test_every_operation_that_needs_a_token_says_so():
    schema = Client().get("/api/v1/openapi.json").json()
    assert set(schema["components"]["securitySchemes"]) == {"Token"}
    assert schema["paths"]["/api/v1/reports"]["post"]["security"] == [{"Token": []}, {}]
    assert schema["paths"]["/api/v1/cases"]["get"]["security"] == [{"Token": []}]
    assert "security" not in schema["paths"]["/api/v1/health"]["get"]


def test_the_page_runs_under_the_strict_policy_without_any_other_host():
    response = Client().get("/api/v1/docs")
    page = response.content.decode()
    assert response.status_code == 200
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    assert re.findall(r"https?://|//[a-z]+\.", page) == []
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"<style|\son\w+=|\sstyle=", page) == []


def test_everything_that_the_page_loads_is_served_from_here():
    page = Client().get("/api/v1/docs").content.decode()
    loaded = re.findall(r'(?:src|href)="/static/([^"]+)"', page)
    assert {path.rpartition(".")[2] for path in loaded} == {"css", "js"}
    assert [path for path in loaded if finders.find(path) is None] == []


@pytest.mark.parametrize("path", ["/api/v1/health", "/api/v1/nowhere", "/api/v1/cases"])
def test_answers_for_machines_carry_the_policy_too(path):
    assert "default-src 'none'" in Client().get(path)["Content-Security-Policy"]
