from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("assessments", "0005_declared_groups"),
    ]

    operations = [
        migrations.AddField(model_name="campaign", name="counted_at", field=models.DateTimeField(blank=True, null=True)),
        migrations.AddField(model_name="campaign", name="daily_count", field=models.JSONField(default=dict)),
    ]
