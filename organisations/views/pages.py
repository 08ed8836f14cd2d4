"""The home page, one's account, the choice of appearance, and founding an organisation."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from organisations import access, operations, queries
from organisations.forms import OrganisationForm, PersonForm
from organisations.models import User

A_YEAR = 365 * 24 * 3600


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what the product is, or to whoever is signed in their organisations."""
    if not isinstance(request.user, User):
        return render(request, "organisations/landing.html")
    held = queries.organisations_held(request.user, timezone.now())
    return render(request, "organisations/home.html", {"held": held})


@login_required
@require_http_methods(["GET", "POST"])
def new_organisation(request: HttpRequest) -> HttpResponse:
    """Ask for a name and found the organisation."""
    form = OrganisationForm(request.POST or None)
    if form.is_valid():
        organisation = operations.found_organisation(
            founder=access.signed_in(request.user), at=timezone.now(), **form.cleaned_data
        )
        messages.success(request, _("%(name)s was created. Next: its units.") % {"name": organisation.name})
        return redirect("organisation_units", slug=organisation.slug)
    return render(request, "organisations/new.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Show one's own account and keep the name."""
    user = access.signed_in(request.user)
    form = PersonForm(request.POST or None, instance=user)
    if form.is_valid():
        operations.rename_person(user=user, name=form.cleaned_data["name"])
        messages.success(request, _("Your name was saved."))
        return redirect("account")
    return render(request, "organisations/account.html", {"form": form})


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen appearance in a cookie and go back to the page it was chosen on."""
    back = request.POST.get("next", "")
    # A word without a slash is no address: `redirect` would take it for the name of a view.
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(
        back, {request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    answer = redirect(back)
    chosen = request.POST.get("theme", "")
    if chosen in {"light", "dark"}:
        answer.set_cookie("theme", chosen, max_age=A_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    else:
        answer.delete_cookie("theme", samesite="Lax")
    return answer
