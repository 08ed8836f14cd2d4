"""The container files fit together: no engine runs here, so their structure is read and checked."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import yaml

from tests.sites import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "scheduler"]


def test_compose_has_the_servers_the_processes_and_one_proxy():
    assert sorted(SERVICES) == ["migrate", "postgres", "proxy", "redis", "scheduler", "web", "worker"]
    assert {SERVICES[name]["image"] for name in OURS} == {"concentric:local"}
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_every_variable_of_compose_is_explained_in_the_example():
    used = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    explained = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))

    assert used == explained


def test_every_variable_that_compose_hands_over_is_read_by_the_settings():
    handed = set(SERVICES["web"]["environment"])

    settings = (ROOT / "config/settings.py").read_text()

    assert {name for name in handed if f'"{name}"' not in settings} == set()


def test_every_lasting_service_has_a_health_check_and_starts_after_what_it_needs():
    lasting = {name: service for name, service in SERVICES.items() if name != "migrate"}
    from_image = {"web"}

    assert {name for name, service in lasting.items() if "test" not in service.get("healthcheck", {})} == from_image
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()
    for name in ("web", "worker", "scheduler"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    for name in ("worker", "scheduler"):
        assert SERVICES[name]["environment"]["CONCENTRIC_BEAT_FILE"].split("/")[1] == "tmp"


def test_our_containers_run_without_root_or_rights():
    dockerfile = (ROOT / "Dockerfile").read_text()

    assert re.findall(r"^USER (.*)$", dockerfile, flags=re.MULTILINE)[-1] == "concentric"
    assert "--require-hashes" in dockerfile
    for name in OURS:
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        assert SERVICES[name]["read_only"] is True
        assert "user" not in SERVICES[name]


def test_volumes_that_are_used_are_declared():
    used = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not volume.startswith(".")
    }

    assert used == set(COMPOSE["volumes"])


def test_nothing_secret_or_superfluous_enters_the_image():
    ignored = (ROOT / ".dockerignore").read_text().split()

    assert {".env", ".git", ".venv", "var"} <= set(ignored)


def test_the_proxy_never_logs_the_address_of_a_link():
    caddyfile = (ROOT / "deploy/Caddyfile").read_text()

    secret = "/a/* /join/* /kiosk/* /accounts/confirm-email/* /accounts/password/reset/key/*"
    assert f"@link path {secret}\n\tlog_skip @link" in caddyfile
    assert "request>headers delete" in caddyfile


@pytest.mark.parametrize(
    ("health", "status", "code"),
    [
        ({"web": "ok", "database": "ok", "worker": "ok"}, 200, 0),
        ({"web": "ok", "database": "ok", "worker": "is gone"}, 503, 0),
        ({"web": "ok", "database": "does not answer"}, 503, 1),
    ],
)
def test_the_web_container_is_well_when_web_and_database_are(health, status, code):
    class Healthz(BaseHTTPRequestHandler):
        def do_GET(self):
            assert self.headers["Host"] == "concentric.example"
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(health).encode())

        def log_message(self, *arguments):
            return

    server = HTTPServer(("127.0.0.1", 0), Healthz)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    environment = {"DJANGO_ALLOWED_HOSTS": "concentric.example,other", "PORT": str(server.server_port)}

    done = subprocess.run([sys.executable, "deploy/healthy.py", "web"], env=environment, cwd=ROOT, check=False)
    thread.join()
    server.server_close()

    assert done.returncode == code


@pytest.mark.parametrize(("age", "code"), [(0, 0), (60, 1), (None, 1)])
def test_a_container_whose_beat_file_is_old_or_absent_is_not_well(tmp_path, age, code):
    beat = tmp_path / "beat"
    if age is not None:
        beat.touch()
        os.utime(beat, (time.time() - age,) * 2)

    done = subprocess.run(
        [sys.executable, "deploy/healthy.py", "beat"],
        env={"CONCENTRIC_BEAT_FILE": str(beat)},
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
        check=False,
    )

    assert done.returncode == code
