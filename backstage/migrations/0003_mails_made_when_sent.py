from django.db import migrations, models


def forget_mails(apps, schema_editor):
    """Delete the outbox: its texts hold links, and nothing tells how to make them again. Whoever asked can ask again."""
    apps.get_model("backstage", "OutgoingMail").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ("backstage", "0002_first"),
    ]

    operations = [
        migrations.RunPython(forget_mails, migrations.RunPython.noop),
        migrations.RemoveField(model_name="outgoingmail", name="to"),
        migrations.RemoveField(model_name="outgoingmail", name="subject"),
        migrations.RemoveField(model_name="outgoingmail", name="body"),
        migrations.AddField(
            model_name="outgoingmail", name="kind", field=models.CharField(max_length=80, default=""), preserve_default=False
        ),
        migrations.AddField(model_name="outgoingmail", name="arguments", field=models.JSONField(default=dict)),
        migrations.AddField(
            model_name="outgoingmail", name="about", field=models.CharField(blank=True, db_index=True, max_length=80)
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_mails),
    ]
