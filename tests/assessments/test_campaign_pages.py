"""The owner's pages as a browser meets them."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import AccessLink, Campaign, PeopleList
from assessments.open_links import open_link_token
from assessments.operations.campaigns import close_campaign, open_campaign
from assessments.uploads import TOO_LARGE
from organisations.models import Membership
from tests.assessments.owner_rows import AT, answer, edition, invite, make_campaign, make_member, make_organisation

pytestmark = pytest.mark.django_db
CSV = b"name,email,staff_number,unit,role,contact_level\nAda,ada@example.org,1,Branches,Front line,daily\n"


@pytest.fixture
def organisation():
    return make_organisation()


@pytest.fixture
def owner(client, organisation):
    client.force_login(make_member(organisation))
    return client


def upload(client, campaign, data, name="people.csv", **fields):
    return client.post(f"/c/{campaign.pk}/people/", {"file": SimpleUploadedFile(name, data), **fields})


def addresses(campaign):
    return [
        f"/o/{campaign.organisation.slug}/",
        f"/o/{campaign.organisation.slug}/campaigns/new/",
        f"/c/{campaign.pk}/",
        f"/c/{campaign.pk}/open/",
        f"/c/{campaign.pk}/close/",
        f"/c/{campaign.pk}/people/",
        f"/c/{campaign.pk}/people/check/",
        f"/c/{campaign.pk}/people/remove/",
        f"/c/{campaign.pk}/links/",
    ]


def test_a_stranger_gets_404_at_every_door(client, organisation):
    campaign = make_campaign(organisation)
    client.force_login(make_member(make_organisation("Other", "other"), email="stranger@example.org"))

    answers = {client.get(address).status_code for address in addresses(campaign) if "remove" not in address}
    changing = [address for address in addresses(campaign) if address.count("/") > 3]
    answers |= {client.post(address).status_code for address in changing}

    assert answers == {404}


def test_somebody_who_is_not_signed_in_is_asked_to(client, organisation):
    campaign = make_campaign(organisation)

    answers = {client.get(address).url.split("?")[0] for address in addresses(campaign)}

    assert answers == {"/accounts/login/"}


def test_a_leader_sees_the_organisation_and_no_campaign_pages(client, organisation):
    campaign = make_campaign(organisation)
    client.force_login(make_member(organisation, Membership.Kind.LEADER))

    page = client.get("/o/northlake/")

    assert page.status_code == 200
    assert b"/c/" not in page.content
    answers = {client.get(address).status_code for address in addresses(campaign)[1:] if "remove" not in address}
    assert answers == {404}


def test_a_consultants_rights_end(client, organisation):
    campaign = make_campaign(organisation)
    ended = timezone.now() - timedelta(minutes=1)
    client.force_login(make_member(organisation, Membership.Kind.CONSULTANT, ends_at=ended))

    assert client.get(f"/c/{campaign.pk}/").status_code == 404


def test_a_consultant_runs_campaigns(client, organisation):
    campaign = make_campaign(organisation)
    client.force_login(make_member(organisation, Membership.Kind.CONSULTANT))

    assert client.get(f"/c/{campaign.pk}/").status_code == 200


@pytest.mark.parametrize("address", ["open", "close", "people", "people/check", "people/remove", "links"])
def test_changes_need_the_token(organisation, address):
    campaign = make_campaign(organisation)
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_member(organisation))

    assert client.post(f"/c/{campaign.pk}/{address}/").status_code == 403


def test_the_empty_organisation_says_what_comes_next(owner):
    page = owner.get("/o/northlake/").content.decode()

    assert "No assessment yet." in page
    assert "/o/northlake/campaigns/new/" in page


def queries_of(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_organisation_page_asks_the_database_as_often_for_three_campaigns_as_for_one(owner, organisation):
    make_campaign(organisation, "Wave 1")
    for_one = queries_of(owner, "/o/northlake/")
    make_campaign(organisation, "Wave 2")
    make_campaign(organisation, "Wave 3")

    assert queries_of(owner, "/o/northlake/") == for_one


def test_an_owner_sets_up_a_campaign(owner, organisation):
    last_day = timezone.localdate() + timedelta(days=30)
    answered = owner.post(
        "/o/northlake/campaigns/new/",
        {
            "title": "Spring",
            "questionnaire": f"{edition().pk}:short",
            "last_day": last_day.isoformat(),
            "purpose": "We want to know.",
            "way_in": "open_link",
            "nominees": "Head of service\n\n Branch  managers \nHead of service",
        },
    )

    campaign = Campaign.objects.get()
    assert answered.url == f"/c/{campaign.pk}/"
    assert (campaign.title, campaign.form, campaign.takes_open_link) == ("Spring", "short", True)
    assert campaign.nominees == ["Head of service", "Branch managers"]
    assert timezone.localtime(campaign.closes_at).isoformat() == f"{last_day}T23:59:59+00:00"


def test_the_form_names_what_is_wrong(owner, organisation):
    make_campaign(organisation, "Spring")
    fields = {"title": "Spring", "questionnaire": f"{edition().pk}:full", "way_in": "list"}

    twice = owner.post("/o/northlake/campaigns/new/", fields)
    many = owner.post("/o/northlake/campaigns/new/", {**fields, "nominees": "\n".join("abcdefghijk")})
    past = owner.post("/o/northlake/campaigns/new/", {**fields, "title": "Autumn", "last_day": "2001-01-01"})
    far = owner.post("/o/northlake/campaigns/new/", {**fields, "title": "Autumn", "last_day": "9999-12-31"})

    assert "There is a campaign of this title already." in twice.content.decode()
    assert "These are more than ten." in many.content.decode()
    assert "This day has passed." in past.content.decode()
    assert "This day is more than two years away." in far.content.decode()
    assert Campaign.objects.count() == 1


def test_a_list_is_previewed_and_then_taken_over(owner, organisation):
    campaign = make_campaign(organisation)

    staged = upload(owner, campaign, CSV)
    preview = owner.get(staged.url).content.decode()
    before = campaign.invitations.count()
    done = owner.post(staged.url, follow=True).content.decode()

    assert "1 person is added." in preview
    assert "ada@example.org" in preview
    assert (before, campaign.invitations.count(), PeopleList.objects.count()) == (0, 1, 0)
    assert "1 person was added." in done


def test_a_wrong_list_is_named_line_by_line_and_nothing_is_kept(owner, organisation):
    campaign = make_campaign(organisation)

    page = upload(owner, campaign, b"unit,role\nBranhces,manager\nBranches,king\n")

    text = page.content.decode()
    assert page.status_code == 422
    assert "Line 2: there is no unit “Branhces”. Did you mean “Branches”?" in text
    assert "Line 3: there is no role “king”." in text
    assert (campaign.invitations.count(), PeopleList.objects.count()) == (0, 0)


def test_a_pasted_list_is_read(owner, organisation):
    campaign = make_campaign(organisation)

    staged = owner.post(f"/c/{campaign.pk}/people/", {"text": "unit\trole\nBranches\tmanager"})

    assert staged.url == f"/c/{campaign.pk}/people/check/"


def test_an_upload_over_the_limit_gives_a_sentence_and_is_not_read(owner, organisation, settings):
    settings.UPLOAD_LIMIT = 1024 * 1024
    campaign = make_campaign(organisation)

    page = upload(owner, campaign, b"unit,role\n" + b"x" * (3 * 1024 * 1024))

    assert page.status_code == 422
    assert "This file is larger than 1 MB and was not read." in page.content.decode()
    assert page.wsgi_request.META[TOO_LARGE] is True
    assert page.wsgi_request.FILES == {}


def test_text_from_a_list_is_escaped(owner, organisation):
    campaign = make_campaign(organisation)

    page = upload(owner, campaign, b"unit,role\n<script>alert(1)</script>,manager\n")

    assert b"<script>alert" not in page.content
    assert b"&lt;script&gt;alert" in page.content


def test_the_list_of_people_asks_the_database_as_often_for_three_as_for_one(owner, organisation):
    campaign = make_campaign(organisation)
    invite(campaign, 1)
    for_one = queries_of(owner, f"/c/{campaign.pk}/people/")
    invite(campaign, 2, "Contact centre")

    assert queries_of(owner, f"/c/{campaign.pk}/people/") == for_one


def test_one_person_is_removed_and_then_the_whole_list(owner, organisation):
    campaign = make_campaign(organisation)
    people = invite(campaign, 3)

    owner.post(f"/c/{campaign.pk}/people/remove/", {"person": people[0].pk})
    after_one = campaign.invitations.count()
    owner.post(f"/c/{campaign.pk}/people/remove/", {"person": "all"})

    assert (after_one, campaign.invitations.count()) == (2, 0)


def test_somebody_elses_person_is_not_removed(owner, organisation):
    campaign = make_campaign(organisation)
    other = invite(make_campaign(make_organisation("Other", "other")))[0]

    assert owner.post(f"/c/{campaign.pk}/people/remove/", {"person": other.pk}).status_code == 404


def test_opening_asks_first_and_says_what_stands_in_the_way(owner, organisation):
    campaign = make_campaign(organisation)

    page = owner.post(f"/c/{campaign.pk}/open/")

    assert page.status_code == 409
    assert "Nobody is on the list yet." in page.content.decode()


def test_opening_by_get_changes_nothing(owner, organisation):
    campaign = make_campaign(organisation, takes_open_link=True)

    owner.get(f"/c/{campaign.pk}/open/")

    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.DRAFT


def test_the_owner_reads_the_open_link_again(owner, organisation):
    campaign = make_campaign(organisation, takes_open_link=True)
    owner.post(f"/c/{campaign.pk}/open/")

    first = owner.get(f"/c/{campaign.pk}/")
    again = owner.get(f"/c/{campaign.pk}/")

    address = f"http://testserver/join/{open_link_token(campaign.pk)}/"
    assert (first.context["open_link"], again.context["open_link"]) == (address, address)
    assert owner.get(address).status_code == 200


def test_an_open_link_that_opens_nothing_any_more_is_not_shown(owner, organisation, settings):
    campaign = make_campaign(organisation, takes_open_link=True)
    open_campaign(campaign=campaign, at=AT)
    Campaign.objects.filter(pk=campaign.pk).update(open_link_hash="0" * 64)

    page = owner.get(f"/c/{campaign.pk}/").content.decode()

    assert "/join/" not in page
    assert "The open link cannot be shown" in page


def test_closing_says_what_happens_and_then_does_it(owner, organisation):
    campaign = make_campaign(organisation, takes_open_link=True)
    open_campaign(campaign=campaign, at=AT)

    asked = owner.get(f"/c/{campaign.pk}/close/").content.decode()
    owner.post(f"/c/{campaign.pk}/close/")
    closed = owner.get(f"/c/{campaign.pk}/").content.decode()

    assert "Questionnaires that were started and not sent are deleted." in asked
    assert "The results are being made" in closed
    assert f"/o/northlake/results/?wave={campaign.wave}" in closed


def test_the_campaign_page_counts_without_naming(owner, organisation):
    campaign = make_campaign(organisation)
    people = invite(campaign, 6, name="Ada")
    open_campaign(campaign=campaign, at=AT)
    for person in people[:5]:
        answer(person)

    page = owner.get(f"/c/{campaign.pk}/").content.decode()

    assert "5–6 of 6 people have answered" in page
    assert "Ada" not in page


def test_links_are_handed_out_once_as_an_inert_file(owner, organisation):
    campaign = make_campaign(organisation)
    invite(campaign, 2, name="=Ada")
    open_campaign(campaign=campaign, at=timezone.now())

    file = owner.post(f"/c/{campaign.pk}/links/")

    lines = file.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "name,email,staff_number,unit,link"
    assert [line.split(",")[0] for line in lines[1:]] == ["'=Ada", "'=Ada"]
    assert all("http://testserver/a/" in line for line in lines[1:])
    assert file["Cache-Control"] == "no-store"
    assert AccessLink.objects.count() == 2


def test_a_closed_campaign_hands_out_no_links(owner, organisation):
    campaign = make_campaign(organisation)
    invite(campaign)
    open_campaign(campaign=campaign, at=AT)
    close_campaign(campaign=campaign, at=AT)

    page = owner.post(f"/c/{campaign.pk}/links/")

    assert "Personal links exist only while an assessment is open." in page.content.decode()
    assert AccessLink.objects.count() == 0
