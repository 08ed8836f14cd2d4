"""Shared tablets: the PIN, a clean start for each person, and nothing of the one before."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from assessments import limiter
from assessments.access.answering import LINK_COOKIE, LinkUnknown
from assessments.access.ways import KIOSK_COOKIE, KioskLocked, form_key_of, key_for, kiosk_of, unlocked_kiosk
from assessments.models import Draft, Invitation, Kiosk
from assessments.open_links import link_and_code
from assessments.operations import kiosks
from assessments.operations.campaigns import close_campaign, open_campaign
from assessments.operations.ways import TakesNoWays
from assessments.views.shared_device import SHARED_COOKIE
from assessments.views.tablet import TABLET_COOKIE
from organisations.models import Unit
from tests.assessments.owner_rows import AT, LATER, make_campaign, make_member, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_pins_counted():
    cache.clear()


@pytest.fixture
def campaign():
    found = make_campaign(make_organisation())
    kiosks.add_kiosk(campaign=found, unit=branches(found), role="front_line", at=AT)
    open_campaign(campaign=found, at=AT)
    found.kiosks.all().delete()
    return found


def branches(campaign):
    return Unit.objects.get(organisation=campaign.organisation, name="Branches")


@pytest.fixture
def made(campaign):
    """A tablet for the front line, and its PIN."""
    return kiosks.add_kiosk(campaign=campaign, unit=branches(campaign), role="front_line", at=AT)


@pytest.fixture
def tablet(made):
    client = Client(enforce_csrf_checks=True)
    client.post(reverse("kiosk", args=[link_and_code(made[0])[0]]), {"pin": made[1]})
    return client


def form_key(tablet):
    return form_key_of(tablet.cookies[KIOSK_COOKIE].value)


def start(tablet, **fields):
    return tablet.post("/kiosk/start/", {"kiosk": form_key(tablet), **fields})


def test_the_pin_has_six_digits_and_is_kept_as_a_hash_only(made):
    kiosk, pin = made

    assert re.fullmatch(r"\d{6}", pin)
    assert pin not in kiosk.pin_hash
    kiosks.check_pin(kiosk=kiosk, pin=f"{pin[:3]} {pin[3:]}")
    with pytest.raises(kiosks.PinWrong):
        kiosks.check_pin(kiosk=kiosk, pin="")


def test_the_pin_unlocks_the_tablet_with_a_cookie_that_only_its_pages_receive(made):
    client = Client()
    address = reverse("kiosk", args=[link_and_code(made[0])[0]])

    asked, wrong, right = (
        client.get(address),
        client.post(address, {"pin": "x"}),
        client.post(address, {"pin": made[1]}),
    )

    cookie = right.cookies[KIOSK_COOKIE]
    assert (asked.status_code, wrong.status_code, right["Location"]) == (200, 400, "/kiosk/")
    assert KIOSK_COOKIE not in wrong.cookies
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/kiosk/", True, "Strict")
    assert made[1] not in cookie.value
    assert client.get("/kiosk/").status_code == 200
    assert asked["Cache-Control"] == "no-store"


def test_five_wrong_pins_lock_out_even_the_right_one_until_a_new_one_is_made(made):
    kiosk, pin = made
    client = Client()
    address = reverse("kiosk", args=[link_and_code(kiosk)[0]])
    statuses = [client.post(address, {"pin": "1"}).status_code for _ in range(6)]

    late = client.post(address, {"pin": pin})
    new = kiosks.replace_pin(kiosk=kiosk, at=AT)

    assert statuses == [400] * 5 + [429]
    assert late.status_code == 429
    assert client.post(address, {"pin": pin}).status_code in {302, 400}  # by chance the same six digits
    assert client.post(address, {"pin": new})["Location"] == "/kiosk/"


def test_a_pin_is_read_in_the_digits_of_any_keyboard(made):
    kiosk, pin = made

    kiosks.check_pin(kiosk=kiosk, pin=pin.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))


def test_pins_typed_at_the_same_moment_are_no_more_than_in_a_row(monkeypatch):
    # The cache in the database tells each of them the count before any of them has written its own.
    monkeypatch.setattr(cache, "get", lambda *_, **__: 1)
    monkeypatch.setattr(cache, "get_many", lambda *_, **__: {})

    assert [limiter.too_many_pins("tablet") for _ in range(8)] == [False] * 5 + [True] * 3


def test_right_pins_are_never_counted(made):
    for _ in range(12):
        kiosks.check_pin(kiosk=made[0], pin=made[1])


def test_without_the_pin_every_page_of_the_tablet_is_locked(made):
    client = Client()
    forged = {"kiosk": key_for(made[0])[:-3] + "AAA"}

    pages = [client.get("/kiosk/"), client.get("/kiosk/leave/")]
    pages += [client.post("/kiosk/start/", fields) for fields in ({}, forged)]

    assert [page.status_code for page in pages] == [403] * 4
    assert Invitation.objects.count() == 0


def test_nothing_on_a_page_of_the_tablet_unlocks_another_device(tablet):
    key = tablet.cookies[KIOSK_COOKIE].value
    pages = [tablet.get(path).content.decode() for path in ("/kiosk/", "/kiosk/leave/")]
    shown = re.findall(r'name="kiosk" value="([^"]+)"', pages[0])
    elsewhere = Client()
    elsewhere.cookies[KIOSK_COOKIE] = shown[0]

    started = elsewhere.post("/kiosk/start/", {"kiosk": shown[0]})

    assert shown == [form_key(tablet)]
    assert not any(key in page for page in pages)
    assert (started.status_code, Invitation.objects.count()) == (403, 0)
    assert tablet.cookies[KIOSK_COOKIE]["httponly"]


def test_a_cookie_alone_starts_nothing(tablet):
    answer = tablet.post("/kiosk/start/")

    assert answer.status_code == 403
    assert Invitation.objects.count() == 0


def test_each_person_gets_an_invitation_and_a_link_of_their_own(tablet):
    first = start(tablet)
    first_link = tablet.cookies[LINK_COOKIE].value
    tablet.get("/kiosk/")
    between = tablet.cookies[LINK_COOKIE].value
    start(tablet)

    assert first["Location"] == "/a/"
    assert between == ""
    assert tablet.cookies[LINK_COOKIE].value not in {"", first_link}
    assert [(person.role, person.came_by_open_link) for person in Invitation.objects.all()] == [
        ("front_line", True)
    ] * 2


def test_the_next_person_sees_no_answer_and_nothing_of_the_one_before(tablet):
    start(tablet)
    tablet.post("/a/start/", {"link": tablet.cookies[LINK_COOKIE].value})
    assert Draft.objects.count() == 1
    page = tablet.get("/a/").content.decode()

    tablet.get("/kiosk/")

    assert 'href="/kiosk/"' in page
    assert tablet.get("/a/?again=1").status_code == 404


def test_pages_of_the_questionnaire_know_that_the_device_is_shared(tablet):
    start(tablet)

    cookies = [tablet.cookies[name] for name in (SHARED_COOKIE, TABLET_COOKIE)]
    pages = [tablet.get("/a/"), tablet.post("/a/start/", {"link": tablet.cookies[LINK_COOKIE].value}, follow=True)]
    pages.append(tablet.get("/a/check/"))

    # The scripts must be able to read the first one; nothing else has to.
    assert [(cookie.value, cookie["path"], bool(cookie["httponly"])) for cookie in cookies] == [
        ("1", "/a/", False),
        ("1", "/a/", True),
    ]
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert all('<body data-shared="1">' in page.content.decode() for page in pages)
    assert all("js/kiosk.js" in page.content.decode() for page in pages)


def test_somebody_who_came_by_a_link_of_their_own_is_on_no_shared_device(client, tablet):
    assert "data-shared" not in client.get("/c/").content.decode()


def test_the_language_goes_back_to_the_campaigns_for_the_next_person(tablet, settings):
    tablet.get("/kiosk/?language=fr")
    chosen = tablet.cookies[settings.LANGUAGE_COOKIE_NAME].value
    start(tablet, language="fr")
    begun = tablet.cookies[settings.LANGUAGE_COOKIE_NAME].value
    tablet.get("/kiosk/")

    assert (chosen, begun) == ("fr", "fr")
    assert tablet.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


def test_a_tablet_that_asks_for_the_role_takes_only_roles_of_the_questionnaire(campaign):
    kiosk, pin = kiosks.add_kiosk(campaign=campaign, unit=branches(campaign), role="", at=AT)
    client = Client()
    client.post(reverse("kiosk", args=[link_and_code(kiosk)[0]]), {"pin": pin})

    refused = [start(client), start(client, role="emperor")]
    taken = start(client, role="agent")

    assert [page.status_code for page in refused] == [400, 400]
    assert taken["Location"] == "/a/"
    assert Invitation.objects.get().role == "agent"


def test_a_fixed_role_is_not_asked_and_not_taken_from_the_request(tablet):
    page = tablet.get("/kiosk/").content.decode()
    start(tablet, role="executive")

    assert 'name="role"' not in page
    assert Invitation.objects.get().role == "front_line"


def test_leaving_asks_for_the_pin_again(tablet, made):
    key = form_key(tablet)

    wrong = tablet.post("/kiosk/leave/", {"kiosk": key, "pin": "000"})
    still = tablet.get("/kiosk/").status_code
    tablet.post("/kiosk/leave/", {"kiosk": key, "pin": made[1]})

    assert (wrong.status_code, still) == (400, 200)
    assert tablet.cookies[KIOSK_COOKIE].value == ""
    assert tablet.get("/kiosk/").status_code == 403


def test_a_new_pin_and_removing_lock_tablets_that_are_unlocked(made):
    kiosk, _pin = made
    before = key_for(kiosk)
    kiosks.replace_pin(kiosk=kiosk, at=AT)
    with pytest.raises(KioskLocked):
        unlocked_kiosk(before)

    now, address = key_for(kiosk), link_and_code(kiosk)[0]
    kiosks.remove_kiosk(kiosk=kiosk, at=AT)

    with pytest.raises(KioskLocked):
        unlocked_kiosk(now)
    with pytest.raises(LinkUnknown):
        kiosk_of(address)


def test_an_unlocked_tablet_says_when_the_campaign_has_closed(tablet, campaign):
    close_campaign(campaign=campaign, at=LATER)

    assert tablet.get("/kiosk/").status_code == 403
    assert start(tablet).status_code == 403
    with pytest.raises(TakesNoWays):
        kiosks.add_kiosk(campaign=campaign, unit=branches(campaign), role="", at=LATER)


def test_the_tablets_code_leads_to_its_pin(client, made):
    token, code = link_and_code(made[0])

    assert client.post("/c/", {"code": code})["Location"] == f"/kiosk/{token}/"


def test_an_address_that_was_never_made_looks_like_any_unknown_link(client):
    pages = [client.get("/kiosk/AAAAAAAAAAAAAAAAAAAAAAAA/"), client.get("/join/AAAAAAAAAAAAAAAAAAAAAAAA/")]

    assert [page.status_code for page in pages] == [404, 404]
    assert pages[0].content == pages[1].content


def test_the_owner_reads_the_pin_once_and_never_again(campaign):
    owner = Client()
    owner.force_login(make_member(campaign.organisation))
    fields = {"kiosk-unit": branches(campaign).pk, "kiosk-role": ""}

    told = owner.post(reverse("kiosk_add", args=[campaign.pk]), fields)
    kiosk = Kiosk.objects.get()
    page = owner.get(reverse("ways", args=[campaign.pk])).content.decode()
    again = owner.post(reverse("kiosk_pin", args=[campaign.pk, kiosk.pk]))
    owner.post(reverse("kiosk_remove", args=[campaign.pk, kiosk.pk]))

    pin, new = told.context["pin"], again.context["pin"]
    assert re.fullmatch(r"\d{3} \d{3}", pin)
    assert pin in told.content.decode()
    assert told["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert pin not in page
    assert link_and_code(kiosk)[0] in page
    assert new != pin
    assert not Kiosk.objects.exists()


def test_tablets_recommend_the_short_form_where_nobody_gets_it(campaign):
    owner = Client()
    owner.force_login(make_member(campaign.organisation))
    page = reverse("ways", args=[campaign.pk])
    short = make_campaign(campaign.organisation, "Short", short_roles=["front_line", "agent", "back_office"])

    assert "The short questionnaire suits them better" in owner.get(page).content.decode()
    assert "suits them better" not in owner.get(reverse("ways", args=[short.pk])).content.decode()
