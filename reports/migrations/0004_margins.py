"""Released figures know the margin by which they are compared."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_digest_of_answers")]

    operations = [
        migrations.AddField(
            model_name="releasedscore",
            name="margin",
            field=models.FloatField(null=True),
        ),
    ]
