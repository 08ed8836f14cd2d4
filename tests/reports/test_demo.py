"""The demo: whole, marked as made up, loaded once, removed without a trace of it."""

import re
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from assessments.models import Campaign, Invitation
from organisations.models import Membership, Organisation, User
from reports import demo
from reports.models import Release
from tests.assessments.owner_rows import make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def small_demo(monkeypatch, settings, tmp_path):
    """One organisation with a story and one peer: the same path in a second."""
    monkeypatch.setattr(demo, "STORIES", demo.STORIES[1:2])
    monkeypatch.setattr(demo, "PEERS", demo.PEERS[7:8])
    monkeypatch.delenv("PORT", raising=False)
    settings.DATA_DIR = tmp_path
    return tmp_path


def run(**options):
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def test_the_demo_has_three_stories_and_twelve_peers_of_its_sizes():
    assert [sketch.story for sketch in demo.STORIES] == ["leader_gap", "symbolic", "hero"]
    assert [sketch.waves for sketch in demo.STORIES] == [2, 2, 2]
    assert all(60 <= sketch.people <= 400 for sketch in demo.STORIES)
    assert len({sketch.country for sketch in demo.STORIES}) == 3
    assert len(demo.PEERS) == 12
    assert all(40 <= sketch.people <= 120 for sketch in demo.PEERS)
    assert len({sketch.seed for sketch in (*demo.STORIES, *demo.PEERS)}) == 15


def test_everything_is_released_and_marked_as_made_up(small_demo):
    run()

    assert list(Organisation.objects.values_list("is_synthetic", flat=True)) == [True, True]
    assert sorted(Campaign.objects.values_list("state", flat=True)) == ["open", "released", "released", "released"]
    assert Release.objects.count() == 3
    kinds = Membership.objects.values_list("user__email", "kind").distinct()
    assert set(kinds) == {(demo.OWNER, "owner"), (demo.LEADER, "leader"), (demo.CONSULTANT, "consultant")}


def test_a_visitor_can_sign_in_and_answer_at_once(small_demo, client):
    text = run()

    password = re.search(r"Password for all three: (\S+)", text)
    assert password is not None
    signed_in = client.post("/accounts/login/", {"login": demo.OWNER, "password": password[1]})
    assert signed_in.status_code == 302
    for address in re.findall(r"http://127\.0\.0\.1:8000(/(?:a|join)/\S+)", text):
        assert client.get(address, follow=True).status_code == 200


def test_the_running_campaign_has_answers_and_somebody_left_to_answer(small_demo):
    run()

    campaign = Campaign.objects.get(state=Campaign.State.OPEN)
    answered = campaign.invitations.filter(has_answered=True).count()
    assert 0 < answered < campaign.invitations.count()
    assert Invitation.objects.filter(campaign=campaign, cell_unit=None).count() == 0


def test_the_sign_ins_are_kept_for_this_user_alone(small_demo):
    text = run()

    file = Path(small_demo) / "demo.txt"
    assert file.read_text(encoding="utf-8").replace("{site}", settings.SITE_URL) in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_loading_twice_changes_nothing(small_demo):
    run()
    before = list(Campaign.objects.values_list("pk", flat=True))

    again = run()

    assert "The demo is loaded already." in again
    assert "Password for all three" in again
    assert list(Campaign.objects.values_list("pk", flat=True)) == before


def test_a_half_loaded_demo_is_loaded_anew(small_demo):
    run()
    User.objects.filter(email=demo.CONSULTANT).delete()

    run()

    assert Organisation.objects.count() == 2
    assert User.objects.filter(email__endswith=demo.DOMAIN).count() == 3


def test_reset_and_remove_leave_everybody_else_alone(small_demo):
    make_organisation()
    run()

    run(reset=True)
    run(remove=True)

    assert list(Organisation.objects.values_list("name", flat=True)) == ["Northlake"]
    assert not (Path(small_demo) / "demo.txt").exists()
    assert User.objects.count() == 0
