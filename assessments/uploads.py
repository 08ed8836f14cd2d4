"""Stops an upload at the limit while it still arrives, whatever the browser said its length would be."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

TOO_LARGE = "concentric.upload_too_large"


class LimitedUploadHandler(FileUploadHandler):
    """Stands first among the handlers: passes bytes on up to the limit, then drops the file and says so.

    The rest of the body is read and thrown away instead of cutting the connection, because a browser
    shows the answer of a server only to somebody who has finished sending.
    """

    chunk_size = 64 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_LIMIT:
            if self.request is not None:
                self.request.META[TOO_LARGE] = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        return None


def was_too_large(request: HttpRequest) -> bool:
    """Return whether a file of this request was dropped for its size."""
    return bool(request.FILES is not None and request.META.get(TOO_LARGE))
