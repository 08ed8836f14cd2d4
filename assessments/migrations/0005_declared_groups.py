"""Campaigns declare their groups; those opened before keep the units as they stand now."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep_trees(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each campaign that was opened the groups it had so far: units as they are now, and roles."""
    campaigns = apps.get_model("assessments", "Campaign").objects.exclude(state="draft")
    units = apps.get_model("organisations", "Unit").objects
    trees: dict[int, list[list[object]]] = {}
    for campaign in campaigns.only("pk", "organisation_id").iterator():
        owner = campaign.organisation_id
        if owner not in trees:
            rows = units.filter(organisation_id=owner).values_list("pk", "name", "parent_id")
            trees[owner] = [list(row) for row in sorted(rows, key=lambda row: (row[1], row[0]))]
        groups = {
            "units": True,
            "roles": True,
            "contact": False,
            "pairs": [],
            "merges": [],
            "levels": [],
            "is_small": False,
        }
        campaigns.filter(pk=campaign.pk).update(groups=groups, unit_tree=trees[owner])


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0004_ways_in"),
        ("organisations", "0001_first"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="groups",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="campaign",
            name="unit_tree",
            field=models.JSONField(default=list),
        ),
        migrations.RunPython(keep_trees, migrations.RunPython.noop),
    ]
