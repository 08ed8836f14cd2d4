from django.db import migrations, models

from pillars.files import fingerprint_of


def fill(apps, schema_editor):
    for edition in apps.get_model("pillars", "Edition").objects.only("translations").iterator():
        edition.translations_fingerprint = fingerprint_of(edition.translations)
        edition.save(update_fields=["translations_fingerprint"])


class Migration(migrations.Migration):

    dependencies = [
        ("pillars", "0001_first"),
    ]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="translations_fingerprint",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
