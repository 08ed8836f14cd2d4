"""The tree of units: see it, add one or many, rename, delete."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from organisations import access, operations, queries
from organisations.forms import UnitForm, UnitListForm
from organisations.models import Organisation, Unit
from organisations.unit_list import UnreadableList


def _organisation(request: HttpRequest, slug: str) -> Organisation:
    """Return the organisation whose units the visitor may change, or answer 404."""
    return access.organisation_for(request.user, slug, timezone.now(), access.OWNER, access.CONSULTANT)


@login_required
@require_http_methods(["GET", "POST"])
def units(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the tree and add one unit."""
    organisation = _organisation(request, slug)
    tree = queries.unit_tree(organisation)
    form = UnitForm(request.POST or None, tree=tree)
    if form.is_valid():
        values = form.cleaned_data
        try:
            unit = operations.add_unit(parent=values["parent"], name=values["name"], code=values["code"])
        except operations.UnitNameTaken:
            form.refuse_name()
        except operations.UnitTooDeep:
            form.add_error("parent", _("The tree is too deep there. Choose a unit further up."))
        else:
            messages.success(request, _("%(name)s was added.") % {"name": unit.name})
            return redirect("organisation_units", slug=slug)
    return render(request, "organisations/units.html", {"organisation": organisation, "tree": tree, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def paste_units(request: HttpRequest, slug: str) -> HttpResponse:
    """Add many units from a pasted list, all or none."""
    organisation = _organisation(request, slug)
    form = UnitListForm(request.POST or None)
    if form.is_valid():
        try:
            added = operations.add_unit_list(organisation=organisation, lines=form.cleaned_data["units"])
        except UnreadableList as unreadable:
            form.refuse(unreadable)
        else:
            text = ngettext("%(count)d unit was added.", "%(count)d units were added.", added) % {"count": added}
            messages.success(request, text)
            return redirect("organisation_units", slug=slug)
    return render(request, "organisations/paste_units.html", {"organisation": organisation, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def unit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Rename a unit; the page also offers to delete it."""
    organisation = _organisation(request, slug)
    found = get_object_or_404(Unit, organisation=organisation, pk=pk)
    form = UnitForm(request.POST or None, instance=found)
    # Kept, because validating the form writes the typed name into the instance.
    name_before = found.name
    if form.is_valid():
        try:
            operations.rename_unit(unit=found, name=form.cleaned_data["name"], code=form.cleaned_data["code"])
        except operations.UnitNameTaken:
            form.refuse_name()
        else:
            messages.success(request, _("%(name)s was saved.") % {"name": found.name})
            return redirect("organisation_units", slug=slug)
    context = {"organisation": organisation, "unit": found, "unit_name": name_before, "form": form}
    return render(request, "organisations/unit.html", context)


@login_required
@require_POST
def delete_unit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Delete a unit that nothing speaks about, or say why it stays."""
    organisation = _organisation(request, slug)
    found = get_object_or_404(Unit, organisation=organisation, pk=pk)
    words = {"name": found.name}
    try:
        operations.delete_unit(unit=found)
    except operations.RootUnitStays:
        messages.error(request, _("%(name)s is the organisation itself and stays.") % words)
    except operations.UnitHasUnitsBeneath:
        messages.error(
            request, _("%(name)s was not deleted: it has units beneath it. Delete or empty those first.") % words
        )
    except operations.UnitIsUsed:
        messages.error(
            request,
            _("%(name)s was not deleted: people were invited for it or answered in it. You can rename it.") % words,
        )
    else:
        messages.success(request, _("%(name)s was deleted.") % words)
    return redirect("organisation_units", slug=slug)
