"""Who may do what in an organisation: only its owners see and change it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from organisations import access, operations, queries
from organisations.forms import RightForm
from organisations.models import Membership


@login_required
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who may do what and grant a right."""
    now = timezone.now()
    organisation = access.organisation_for(request.user, slug, now, access.OWNER)
    form = RightForm(request.POST or None)
    if form.is_valid():
        try:
            operations.grant_right(
                organisation=organisation,
                email=form.cleaned_data["email"],
                kind=form.cleaned_data["kind"],
                granted_by=access.signed_in(request.user),
                at=now,
                ends_at=form.ends_at(),
            )
        except operations.RightAlreadyHeld:
            form.add_error("email", _("This person may do that already. The list shows until when."))
        else:
            # The same sentence whether or not there was an account: it must not tell who has one.
            messages.success(
                request,
                _(
                    "%(email)s was added. Tell them to sign in with this address; who has no password yet "
                    "chooses one through “Forgot your password?”."
                )
                % {"email": form.cleaned_data["email"]},
            )
            return redirect("organisation_people", slug=slug)
    memberships = queries.current_memberships(organisation, now)
    context = {"organisation": organisation, "memberships": memberships, "form": form}
    return render(request, "organisations/people.html", context)


@login_required
@require_POST
def end_right(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End a right at once, or say why it stays."""
    now = timezone.now()
    organisation = access.organisation_for(request.user, slug, now, access.OWNER)
    membership = get_object_or_404(Membership.objects.select_related("user"), organisation=organisation, pk=pk)
    try:
        operations.end_right(membership=membership, ended_by=access.signed_in(request.user), at=now)
    except operations.LastOwnerStays:
        messages.error(
            request,
            _("%(person)s stays: an organisation needs an owner. Add another one first.") % {"person": membership.user},
        )
    else:
        messages.success(request, _("%(person)s was removed and is refused from now on.") % {"person": membership.user})
    if membership.user_id == request.user.pk and membership.kind == access.OWNER:
        return redirect("home")
    return redirect("organisation_people", slug=slug)
