"""How our fields are printed: label or legend, hint, error, control; and what joins them for those who listen."""

from html.parser import HTMLParser

from crispy_forms.bootstrap import AppendedText, FormActions, InlineRadios, StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import ButtonHolder, Column, Div, Field, Fieldset, Layout, Row, Submit
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field, as_crispy_form
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template.loader import render_to_string


class SampleForm(forms.Form):
    name = forms.CharField(label="Name", help_text="As people call it.", error_messages={"required": "Enter a name."})
    code = forms.CharField(label="Code", required=False)
    kind = forms.ChoiceField(
        label="Kind", choices=[("a", "First"), ("b", "Second")], widget=forms.RadioSelect, help_text="Choose one."
    )
    days = forms.MultipleChoiceField(
        label="Days", choices=[("1", "Monday")], widget=forms.CheckboxSelectMultiple, required=False
    )
    agreed = forms.BooleanField(label="I agree")
    file = forms.FileField(label="File", required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        raise forms.ValidationError("These two do not fit together.")


class Elements(HTMLParser):
    """Collects every element with its attributes, in order."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def ids(self):
        return [attrs["id"] for _, attrs in self.found if "id" in attrs]

    def named(self, name):
        return [(tag, attrs) for tag, attrs in self.found if attrs.get("name") == name]


def test_refused_field_prints_label_hint_error_control_in_this_order():
    html = as_crispy_field(SampleForm({})["name"])

    places = [html.index(text) for text in ("<label", "As people call it.", "Enter a name.", "<input")]

    assert places == sorted(places)


def test_hint_and_error_are_joined_to_the_control():
    elements = Elements(as_crispy_field(SampleForm({})["name"]))

    (tag, attrs) = elements.named("name")[0]

    assert tag == "input"
    assert attrs["aria-invalid"] == "true"
    assert attrs["aria-describedby"].split() == ["id_name_helptext", "id_name_error"]
    assert set(attrs["aria-describedby"].split()) <= set(elements.ids())


def test_radios_stand_in_a_fieldset_with_legend_hint_error_before_them():
    html = as_crispy_field(SampleForm({})["kind"])
    elements = Elements(html)

    places = [html.index(text) for text in ("<fieldset", "<legend", "Choose one.", "This field is required", "<input")]

    assert places == sorted(places)
    assert elements.found[1] == ("fieldset", {"class": "group", "aria-describedby": "id_kind_helptext id_kind_error"})
    assert [attrs["id"] for _, attrs in elements.named("kind")] == ["id_kind_0", "id_kind_1"]
    assert html.count('<label for="id_kind_') == 2


def test_checkboxes_stand_in_a_fieldset_too():
    html = as_crispy_field(SampleForm()["days"])

    assert "<legend" in html
    assert '<label for="id_days_0">Monday</label>' in html


def test_optional_fields_say_so_and_nothing_has_an_asterisk():
    html = as_crispy_form(SampleForm())

    assert html.count("(optional)") == 3
    assert "*" not in html


def test_every_label_and_description_points_at_something():
    elements = Elements(as_crispy_form(SampleForm({})))
    ids = elements.ids()

    targets = [attrs["for"] for tag, attrs in elements.found if tag == "label"]
    targets += [one for _, attrs in elements.found for one in attrs.get("aria-describedby", "").split()]

    assert set(targets) <= set(ids)
    assert len(ids) == len(set(ids))


def test_hidden_fields_print_no_label():
    assert as_crispy_field(SampleForm()["secret"]).split() == [
        "<input",
        'type="hidden"',
        'name="secret"',
        'id="id_secret">',
    ]


def test_error_summary_links_each_problem_to_its_control():
    form = SampleForm({})

    elements = Elements(render_to_string("components/error_summary.html", {"form": form}))

    printed = set(Elements(as_crispy_form(form)).ids())
    links = [attrs["href"] for tag, attrs in elements.found if tag == "a"]
    assert links == ["#id_name", "#id_kind_0", "#id_agreed"]
    assert {link[1:] for link in links} <= printed
    assert elements.found[0][1]["autofocus"] is None
    assert elements.found[0][1]["tabindex"] == "-1"


def test_error_summary_of_a_form_without_errors_is_empty():
    assert render_to_string("components/error_summary.html", {"form": SampleForm()}).strip() == ""


def test_layout_objects_print_every_field_once():
    form = SampleForm()
    helper = FormHelper()
    helper.layout = Layout(
        Fieldset("Who", Row(Column("name"), Column(Field("code", autocomplete="off")))),
        Div(InlineRadios("kind"), "days"),
        "agreed",
        AppendedText("file", "MB"),
        "secret",
        FormActions(StrictButton("Save", css_class="btn")),
        ButtonHolder(Submit("go", "Save and continue")),
    )

    elements = Elements(render_crispy_form(form, helper))

    assert [attrs["name"] for _, attrs in elements.found if "name" in attrs] == [
        "name",
        "code",
        "kind",
        "kind",
        "days",
        "agreed",
        "file",
        "secret",
        "go",
    ]
    assert elements.found[0] == ("form", {"method": "post", "enctype": "multipart/form-data", "novalidate": None})


def test_formsets_print_their_management_form_and_problems():
    formset = forms.formset_factory(SampleForm, extra=2)()

    html = as_crispy_form(formset)

    assert html.count("TOTAL_FORMS") == 2  # its name and its id
    assert html.count("As people call it.") == 2
