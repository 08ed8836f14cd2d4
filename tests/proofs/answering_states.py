"""Whatever several devices of one person do, in whatever order, the database holds what a simple model says.

    python -m tests.proofs.answering_states [--runs 500] [--steps 50]

A state machine of Hypothesis: start, save, repeat a save that arrived before, compare, a second device by code, a
further link, start afresh, send, send again, delete, take back, close. After every step the opened draft and the stored
responses are compared with the model; every answer of the server (saved, conflict, refusal) is predicted.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import sys
import uuid
from dataclasses import dataclass, field
from typing import Any

import django
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

KEYS = ("OP1", "XV1", "OP2", "comment")
CODE = re.compile(r"\b(?:[2-9A-Z]{4}-){2,3}[2-9A-Z]{4}\b")

Value = str


@dataclass(eq=False)
class Device:
    """A browser with a link: what it knows of each answer's version, and which draft its link opens."""

    token: str
    known: dict[str, str] = field(default_factory=dict)
    opens: int = 0
    """Number of the draft whose key its link holds; 0 for none."""


@dataclass(frozen=True)
class Save:
    """A save as a device queued it."""

    device: Device
    question: str
    value: Value
    id: str
    base: str


class Answering(RuleBasedStateMachine):
    """One person, several devices, one campaign."""

    devices = Bundle("devices")
    saves = Bundle("saves")

    @initialize(target=devices)
    def invite(self) -> Any:
        from django.test import Client  # noqa: PLC0415  Django is set up by the caller

        from tests.assessments.answering_world import make_invitation, make_link  # noqa: PLC0415

        self.client = Client()
        self.campaign = _new_campaign()
        self.invitation = make_invitation(self.campaign)
        self.stored: dict[str, tuple[Value, str]] = {}
        self.draft = 0
        self.drafts = 0
        self.marks: set[str] = set()
        self.sent: dict[str, Value] | None = None
        self.code = ""
        self.has_answered = False
        self.is_closed = False
        self.first = Device(make_link(self.invitation))
        return self.first

    # -- what a device does ------------------------------------------------------------------------

    @rule(device=devices)
    def start(self, device: Device) -> None:
        answer = self._post("/a/start/", device)

        if self._is_refused(device, answer, may_begin=True):
            return
        assert answer.status_code == 302
        if not self.draft:
            self._begin(device)

    @rule(target=saves, device=devices, question=st.sampled_from(KEYS), value=st.sampled_from(["0", "2", "4", "dk"]))
    def save(self, device: Device, question: str, value: Value) -> Save:
        if question == "comment" and value == "dk":
            value = ""
        made = Save(device, question, value, secrets.token_hex(8), device.known.get(question) or "-")
        self._saved(made)
        return made

    @rule(save=saves)
    def save_again(self, save: Save) -> None:
        """A queue that never heard back repeats itself, however late."""
        self._saved(save)

    @precondition(lambda self: self.draft)
    @rule(device=devices, question=st.sampled_from(KEYS[:2]), value=st.sampled_from(["1", "3"]))
    def save_without_looking(self, device: Device, question: str, value: Value) -> None:
        """Another tab of the same device, which has not heard of what the first one saved."""
        self._saved(Save(device, question, value, secrets.token_hex(8), "-"))

    @precondition(lambda self: self.draft or self.has_answered)
    @rule(device=devices)
    def compare(self, device: Device) -> None:
        known = {key: device.known.get(key, "") for key in KEYS}
        answer = self._post("/a/sync/", device, known=json.dumps(known))

        if self._is_refused(device, answer):
            return
        versions = {key: version for key, (_value, version) in self.stored.items()}
        differing = {key for key in KEYS if known[key] != versions.get(key, "")}
        assert set(answer.json()["changed"]) == differing
        for key, told in answer.json()["changed"].items():
            assert told["version"] == versions.get(key, "")
            device.known[key] = told["version"]

    @rule(target=devices, device=devices)
    def show_code_and_type_it_elsewhere(self, device: Device) -> Any:
        answer = self._post("/a/code/", device)

        if self._is_refused(device, answer):
            return multiple()
        code = _code_in(answer.content.decode())
        resumed = self.client.post("/a/resume/", {"code": code})
        assert resumed.status_code == 302
        return Device(resumed.cookies["concentric_link"].value, opens=self.draft)

    @precondition(lambda self: not self.is_closed and not self.has_answered)
    @rule(target=devices)
    def remind(self) -> Device:
        from assessments.operations.codes import further_link  # noqa: PLC0415

        return Device(further_link(invitation=self.invitation, at=_now()))

    @rule(device=devices)
    def start_afresh(self, device: Device) -> None:
        answer = self._post("/a/afresh/", device)

        if self.has_answered or self.is_closed:
            assert self._is_refused(device, answer)
            return
        assert answer.status_code == 302
        self._begin(device)

    @rule(device=devices)
    def send(self, device: Device) -> None:
        answer = self._post("/a/send/", device)

        if self._is_refused(device, answer):
            return
        answers = {key: value for key, (value, _version) in self.stored.items() if value}
        if not answers:
            assert answer.status_code == 302
            return
        assert answer.status_code == 200
        self.sent, self.has_answered = answers, True
        self.code = _code_in(answer.content.decode())
        self._forget_draft()

    # -- what was sent -----------------------------------------------------------------------------

    @precondition(lambda self: bool(self.code))
    @rule()
    def delete_what_was_sent(self) -> None:
        answer = self._post("/a/withdraw/", self.first, code=self.code)

        if self.is_closed or self.sent is None:
            assert answer.status_code in {409, 422}
            return
        assert answer.status_code == 200
        self.sent = None

    @precondition(lambda self: bool(self.code))
    @rule(device=devices)
    def take_back(self, device: Device) -> None:
        answer = self._post("/a/withdraw/", device, code=self.code, change="1")

        if self.is_closed or self.sent is None:
            assert answer.status_code in {409, 422}
            return
        assert answer.status_code == 302
        answers, self.sent, self.has_answered = self.sent, None, False
        self._begin(device)
        self.stored = {key: (value, "?") for key, value in answers.items()}

    @precondition(lambda self: not self.is_closed and self.drafts > 2)
    @rule(chance=st.integers(0, 9))
    def close(self, chance: int) -> None:
        """Seldom, since little happens afterwards."""
        from assessments.operations.campaigns import close_campaign  # noqa: PLC0415

        if chance:
            return
        close_campaign(campaign=self.campaign, at=_now())
        self.is_closed = True
        self._forget_draft()

    # -- what holds after every step ---------------------------------------------------------------

    @invariant()
    def the_draft_is_the_model_s(self) -> None:
        if not hasattr(self, "first"):
            return
        from assessments.access.answering import link_of, opened_draft  # noqa: PLC0415
        from assessments.models import Draft  # noqa: PLC0415

        rows = Draft.objects.filter(invitation__campaign=self.campaign)
        assert rows.count() == (1 if self.draft else 0)
        if not self.draft:
            return
        draft = opened_draft(link_of(self.opener.token), self.opener.token)
        assert draft is not None
        found = {key: _posted(draft.answers[key]) for key in KEYS if key in draft.answers}
        assert found == {key: value for key, (value, _version) in self.stored.items() if value}
        for key, (_value, version) in self.stored.items():
            if version == "?":  # taken back: the server named the versions
                self.stored[key] = (_value, draft.answers.version(key))
            else:
                assert draft.answers.version(key) == version

    @invariant()
    def there_is_one_response_at_most_and_it_is_what_was_sent(self) -> None:
        if not hasattr(self, "first"):
            return
        from assessments.models import Invitation  # noqa: PLC0415
        from assessments.models.responses import Response  # noqa: PLC0415

        found = [
            {key: _posted(answer) for key, answer in response.answers.items()}
            for response in Response.objects.filter(campaign=self.campaign)
        ]
        assert found == ([self.sent] if self.sent is not None else [])
        assert Invitation.objects.get(campaign=self.campaign).has_answered == self.has_answered

    # -- helpers -----------------------------------------------------------------------------------

    def _post(self, path: str, device: Device, **fields: str) -> Any:
        from django.core.cache import cache  # noqa: PLC0415

        self.client.cookies.clear()
        cache.clear()  # used codes count as guesses, and this person tries them more often than one may
        return self.client.post(path, {"link": device.token, **fields})

    def _begin(self, device: Device) -> None:
        self.drafts += 1
        self.draft, self.opener = self.drafts, device
        device.opens = self.draft
        self.stored, self.marks = {}, set()

    def _forget_draft(self) -> None:
        self.draft, self.stored = 0, {}

    def _is_refused(self, device: Device, answer: Any, *, may_begin: bool = False) -> bool:
        """Say whether the device may not do what needs an opened draft, and that the server said so, and why."""
        is_script = answer.headers["Content-Type"].startswith("application/json")
        if self.has_answered:
            assert answer.json()["reason"] == "sent" if is_script else answer.status_code == 200
            assert is_script or not _code_or_nothing(answer.content.decode())
        elif self.is_closed:
            assert answer.json()["reason"] == "closed" if is_script else answer.status_code == 403
        elif not self.draft and not may_begin:
            assert answer.json()["reason"] == "nothing" if is_script else answer.status_code == 302
        elif self.draft and device.opens != self.draft:
            assert answer.json()["reason"] == "elsewhere" if is_script else answer.status_code == 409
        else:
            return False
        return True

    def _saved(self, save: Save) -> None:
        device = save.device
        answer = self._post(
            "/a/save/", device, question=save.question, id=save.id, base=save.base, **{f"q-{save.question}": save.value}
        )
        if self._is_refused(device, answer):
            return
        assert answer.status_code == 200, answer.content
        assert answer.json()["saved"] is True
        value, version = self.stored.get(save.question, ("", ""))
        if save.id in self.marks:
            return
        # The same answer from two devices is no conflict.
        expected = version != save.base.replace("-", "") and save.value != value
        assert ("conflict" in answer.json()) == expected, (answer.json(), save, value, version)
        if expected:
            assert answer.json()["conflict"]["version"] == version
        self.marks.add(save.id)
        self.stored[save.question] = (save.value, save.id)
        device.known[save.question] = save.id


def _posted(answer: Any) -> str:
    return str(answer)


def _code_or_nothing(page: str) -> str:
    found = CODE.search(page)
    return found.group() if found else ""


def _code_in(page: str) -> str:
    found = _code_or_nothing(page)
    assert found, page
    return found


def _now() -> Any:
    from django.utils import timezone  # noqa: PLC0415

    return timezone.now()


def _new_campaign() -> Any:
    """Return an open campaign of the shipped edition in an organisation of its own."""
    from assessments.models import Campaign  # noqa: PLC0415
    from organisations.models import Organisation, Unit  # noqa: PLC0415
    from pillars.models import Edition  # noqa: PLC0415

    name = f"states-{uuid.uuid4().hex}"
    organisation = Organisation.objects.create(name=name, slug=name)
    Unit.objects.create(organisation=organisation, name=name)
    return Campaign.objects.create(
        organisation=organisation,
        edition=Edition.objects.get(slug="concentric"),
        title="States",
        state=Campaign.State.OPEN,
        opened_at=_now(),
    )


def prove(*, runs: int, steps: int) -> None:
    """Run the machine; raises with the shortest sequence of steps that breaks the model."""
    chosen = settings(
        max_examples=runs, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Answering, settings=chosen)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--steps", type=int, default=50)
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    from django.test.utils import (  # noqa: PLC0415  needs the settings
        setup_databases,
        setup_test_environment,
        teardown_databases,
    )

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        prove(runs=chosen.runs, steps=chosen.steps)
    finally:
        teardown_databases(databases, verbosity=0)
    sys.stdout.write(
        f"{chosen.runs} runs of up to {chosen.steps} steps: the database was the model's after each step\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
