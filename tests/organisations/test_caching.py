"""Pages of people who signed in stay out of caches; public pages may be kept."""

import pytest
from django.test import Client

from organisations.models import User

pytestmark = pytest.mark.django_db


def test_a_page_of_somebody_signed_in_is_not_kept(client: Client):
    client.force_login(
        User.objects.create_user("owner@example.org", "x"), "allauth.account.auth_backends.AuthenticationBackend"
    )

    assert client.get("/")["Cache-Control"] == "private, no-store"


def test_a_public_page_may_be_kept(client: Client):
    assert not client.get("/about/").has_header("Cache-Control")
