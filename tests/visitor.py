"""A visitor without a browser: fetches pages, fills in the forms that stand on them, and answers questionnaires.

Standard library only, because `tests/smoke.py` runs outside of the environment. Forms are read from the
page itself, so a visitor can do no more than somebody in a browser with scripts off.
"""

from __future__ import annotations

import http.cookiejar
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

Choose = Callable[[str, list[str]], str]
"""From a question's key and the values on the page to the value chosen; "" leaves it out."""


@dataclass
class Form:
    """A form on a page: where it goes, what it holds, and the choices of each radio group."""

    action: str
    is_post: bool
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    options: dict[str, dict[str, str]] = field(default_factory=dict)
    """For each drop-down: value by visible text."""
    files: list[str] = field(default_factory=list)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By visible text: the name and value it sends."""


@dataclass
class Page:
    status: int
    url: str
    text: str
    content: bytes
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def forms(self) -> list[Form]:
        reader = _FormReader(self.url)
        reader.feed(self.text)
        return reader.forms

    def form(self, *, button: str = "", holding: str = "") -> Form:
        """Return the form with this button, or with this field.

        :raises AssertionError: when there is none on the page
        """
        for form in self.forms:
            if (button and button in form.buttons) or (holding and holding in {*form.fields, *form.choices, *form.files}):
                return form
        raise AssertionError(f"No form with {button or holding} on {self.url}:\n{self.text[:3000]}")


class Visitor:
    """Somebody with cookies of their own."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, path: str) -> Page:
        return self._open(urllib.request.Request(urljoin(self.site, path)))  # noqa: S310  our own address

    def send(
        self,
        form: Form,
        values: Mapping[str, str] | None = None,
        *,
        button: str = "",
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> Page:
        """Fill in `values` over what the form holds and send it."""
        sent = {**form.fields, **(values or {})}
        if button:
            name, value = form.buttons[button]
            sent |= {name: value} if name else {}
        if not form.is_post:
            return self.get(f"{form.action}?{urlencode(sent)}")
        body, kind = _multipart(sent, files) if files else (urlencode(sent).encode(), "application/x-www-form-urlencoded")
        headers = {"Content-Type": kind, "Referer": form.action}
        return self._open(urllib.request.Request(form.action, data=body, headers=headers))  # noqa: S310  our own address

    def answer(self, link: str, choose: Choose) -> Page:
        """Open a personal link, answer what it asks, page by page, and send; return the thank-you page."""
        page = self.get(link)
        page = self.send(page.form(button="Start"))
        for _ in range(100):
            if page.path.endswith("/check/"):
                return self.send(page.form(button="Send your answers"))
            form = page.form(holding="link")
            chosen = {key: choose(key, values) for key, values in form.choices.items()}
            page = self.send(form, {key: value for key, value in chosen.items() if value})
        raise AssertionError(f"The questionnaire does not end: {page.url}")

    def _open(self, request: urllib.request.Request) -> Page:
        try:
            answer = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            content = answer.read()
            text = content.decode("utf-8", errors="replace")
            return Page(answer.status or 0, answer.url or "", text, content, dict(answer.headers.items()))


class _FormReader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.button: tuple[str, str] | None = None
        self.select = ""
        self.option: str | None = None
        self.area = ""
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.url, values.get("action") or self.url)
            self.form = Form(action, values.get("method", "get").lower() == "post")
            self.forms.append(self.form)
        if self.form is None:
            return
        name = values.get("name", "")
        if tag == "input":
            self._input(name, values)
        elif tag == "button":
            self.button, self.words = (name, values.get("value", "")), ""
        elif tag == "select":
            self.select = name
            self.form.options[name] = {}
        elif tag == "option":
            self.option, self.words = values.get("value", ""), ""
            # Like a browser: the first option stands until another says it is selected.
            if "selected" in values or self.select not in self.form.fields:
                self.form.fields[self.select] = self.option
        elif tag == "textarea":
            self.area, self.words = name, ""

    def _input(self, name: str, values: Mapping[str, str]) -> None:
        form = self.form
        assert form is not None
        kind = values.get("type", "text")
        if kind == "radio":
            form.choices.setdefault(name, []).append(values.get("value", "on"))
        if kind == "file":
            form.files.append(name)
        elif kind in {"radio", "checkbox"}:
            if "checked" in values:
                form.fields[name] = values.get("value", "on")
        elif name:
            form.fields[name] = values.get("value", "")

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_endtag(self, tag: str) -> None:
        if self.form is None:
            return
        words = " ".join(self.words.split())
        if tag == "button" and self.button is not None:
            self.form.buttons[words], self.button = self.button, None
        elif tag == "option" and self.option is not None:
            self.form.options[self.select][words], self.option = self.option, None
        elif tag == "textarea":
            self.form.fields[self.area] = self.words.strip("\n")
        elif tag == "form":
            self.form = None


def _multipart(values: Mapping[str, str], files: Mapping[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    boundary = secrets.token_hex(16)
    lines: list[bytes] = []
    for name, value in values.items():
        lines += [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n'.encode(), value.encode()]
    for name, (file_name, content) in files.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
        lines += [f"{head}Content-Type: text/csv\r\n".encode(), content]
    body = b"\r\n".join([*lines, f"--{boundary}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={boundary}"
