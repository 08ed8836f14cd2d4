"""Releases know the answers they rest on; group keys may be longer."""

import hashlib
import json

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def digest_answers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give the releases there are the digest of their campaign's answers, which cannot have changed since."""
    releases = apps.get_model("reports", "Release").objects
    responses = apps.get_model("assessments", "Response").objects
    fields = ("role", "unit_id", "contact_level", "attributes", "answers", "is_fast", "time_band")
    for campaign in set(releases.values_list("campaign", flat=True)):
        rows = responses.filter(campaign=campaign).values_list(*fields)
        digests = (hashlib.sha256(json.dumps(row, sort_keys=True).encode()).digest() for row in rows.iterator())
        digest = hashlib.sha256(b"".join(sorted(digests))).hexdigest()
        releases.filter(campaign=campaign).update(answers_digest=digest)


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_scores_without_numbers"),
        ("assessments", "0005_declared_groups"),
    ]

    operations = [
        migrations.AddField(
            model_name="release",
            name="answers_digest",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name="releasedscore",
            name="group",
            field=models.CharField(max_length=160),
        ),
        migrations.RunPython(digest_answers, migrations.RunPython.noop),
    ]
