"""The forms of signing in: what was typed wrongly is said beside its field, and nothing typed is lost but passwords."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from gongzhi.parameters.queries import city

_LONGEST_PASSWORD = 256
_YEARS = range(2000, 2101)
"""The years in which anything of a city's work happens; what lies beyond is a slip of the hand, and breaks clocks."""


class StaffForm(forms.Form):
    """A form whose fields tell screen readers what is wrong with them."""

    use_required_attribute = False
    error_css_class = "wrong"


class CityInstant(forms.DateTimeField):
    """An instant as the city's clocks show it, in a year in which anything may happen.

    `latest` is the last that may be meant; what lies behind it is a slip of the hand.
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, *, latest: datetime | None = None, **said: Any) -> None:
        """Keep the last instant that may be meant."""
        super().__init__(**said)
        self.latest = latest

    def to_python(self, value: Any) -> datetime | None:
        """Return the instant. Raises: ValidationError."""
        odd = forms.ValidationError(str(pgettext_lazy("form", "年份应在 2000 至 2100 之间。")))
        with timezone.override(city().zone):
            try:
                found = super().to_python(value)
            except OverflowError as fault:
                raise odd from fault
            if found is not None and found.year not in _YEARS:
                raise odd
            if found is not None and self.latest is not None and found > self.latest:
                last = timezone.localtime(self.latest).date().isoformat()
                raise forms.ValidationError(str(pgettext_lazy("form", "最晚可填到 {last}。")).format(last=last))
        return found


class SignInForm(StaffForm):
    """Name and password."""

    username = forms.CharField(
        label=pgettext_lazy("sign in", "账号"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=pgettext_lazy("sign in", "密码"),
        max_length=_LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(StaffForm):
    """The six digits of an authenticator."""

    code = forms.CharField(
        label=pgettext_lazy("sign in", "6 位验证码"),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class FactorForm(CodeForm):
    """The six digits of a new authenticator, from somebody who is signed in and shows again that it is they."""

    password = forms.CharField(
        label=pgettext_lazy("sign in", "现用密码"),
        max_length=_LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(StaffForm):
    """The password somebody has, and the one they want, twice."""

    old_password = forms.CharField(
        label=pgettext_lazy("sign in", "现用密码"),
        max_length=_LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new_password = forms.CharField(
        label=pgettext_lazy("sign in", "新密码"),
        help_text=pgettext_lazy("sign in", "至少 10 个字符，不要用常见的密码，也不要像账号名。"),
        max_length=_LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again_password = forms.CharField(
        label=pgettext_lazy("sign in", "再填一次新密码"),
        max_length=_LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> None:
        """Refuse two new passwords that differ."""
        said = super().clean() or {}
        new, again = said.get("new_password"), said.get("again_password")
        if new and again and new != again:
            self.add_error("again_password", str(pgettext_lazy("sign in", "两次填写的新密码不一致。")))


class SeatForm(StaffForm):
    """The post to act in."""

    seat = forms.UUIDField(
        label=pgettext_lazy("sign in", "岗位"),
        error_messages={"required": pgettext_lazy("sign in", "请选择一个岗位。")},
    )
