"""The same settings, made fast and sealed: a cheap password hasher, mail kept in memory, a folder of its own."""

import os
import tempfile
import warnings

os.environ.setdefault("CONCENTRIC_DATA_DIR", tempfile.mkdtemp(prefix="concentric-test-"))
os.environ.setdefault("DJANGO_SECRET_KEY", "only-for-tests-" + "x" * 50)

from config.settings import *  # noqa: F403  the data folder above must be set before settings are read

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405  from settings
    # A file, as in real life: an in-memory database cannot be used by two threads at once.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}  # noqa: F405  from settings
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405  from settings
WHITENOISE_AUTOREFRESH = True
CELERY_BROKER_CONNECTION_RETRY = False
warnings.filterwarnings("ignore", message="No directory at", module="whitenoise.base")
