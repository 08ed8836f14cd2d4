"""People who answer over HTTP as fast as a machine can, each with nothing but a link, on one connection."""

from __future__ import annotations

import http.client
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import urlencode, urlsplit

from pillars.files import FOLDER, read_framework

FRAMEWORK = read_framework(FOLDER / "concentric" / "1.0.toml").framework


def point_keys(role: str) -> list[str]:
    """Return the keys of the questions with a plain scale of five points that this role is asked."""
    return [item.key for item in FRAMEWORK.items_for(role) if item.scale.kind == "points"]


@dataclass(frozen=True)
class Told:
    """What the server said."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def is_saved(self) -> bool:
        return self.status == 200 and bool(json.loads(self.text).get("saved"))


class Respondent:
    """Somebody who holds a personal link. Posts carry the secret in the body, so no cookie is needed."""

    def __init__(self, site: str, link: str) -> None:
        self.path = urlsplit(link).path
        self.secret = self.path.rstrip("/").rpartition("/")[2]
        self.connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=60)

    def __enter__(self) -> Respondent:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.connection.close()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Told:
        return self._ask("GET", path, None, headers or {})

    def post(self, path: str, **fields: str) -> Told:
        body = urlencode({"link": self.secret, **fields})
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def open(self) -> Told:
        return self.get(self.path)

    def start(self) -> Told:
        return self.post("/a/start/")

    def save(self, key: str, value: str, save_id: str = "") -> Told:
        return self.post("/a/save/", question=key, id=save_id or secrets.token_hex(8), **{f"q-{key}": value})

    def send(self) -> Told:
        return self.post("/a/send/")

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Told:
        self.connection.request(method, path, body=body, headers=dict(headers))
        answer = self.connection.getresponse()
        return Told(answer.status, answer.read().decode(errors="replace"), dict(answer.getheaders()))
