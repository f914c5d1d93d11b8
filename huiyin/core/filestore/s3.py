"""Files in a bucket of S3 or of anything that speaks its protocol.

The address is `s3://bucket/prefix?endpoint=https://host&region=name`; who we are comes from the environment or
from the machine, as boto3 finds it, so that no secret stands in an address.
"""

import io
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from huiyin.core.ports.files import checked

IN_MEMORY = 1024 * 1024  # larger files wait on disk while they travel
PATIENCE = Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 4, "mode": "standard"})
ABSENT = {"NoSuchKey", "404"}


class S3Files:
    """One bucket; a file is visible to all when `put` returns, and never half of it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.scheme != "s3" or not parts.netloc or options.keys() - {"endpoint", "region"}:
            raise ValueError("HUIYIN_STORAGE_URL reads s3://bucket/prefix?endpoint=https://host&region=name.")
        self._bucket = parts.netloc
        self._prefix = f"{prefix}/" if (prefix := parts.path.strip("/")) else ""
        self._client: Any = boto3.client(
            "s3", endpoint_url=options.get("endpoint"), region_name=options.get("region"), config=PATIENCE
        )

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as whole:
            for chunk in chunks:
                whole.write(chunk)
            whole.seek(0)
            self._client.put_object(Bucket=self._bucket, Key=self._key(name), Body=whole)

    def open(self, name: str) -> BinaryIO:
        """The bytes travel as they are read. Raises FileNotFoundError when there is no such file."""
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=self._key(name))
        except ClientError as problem:
            if problem.response["Error"]["Code"] in ABSENT:
                raise FileNotFoundError(name) from problem
            raise
        return cast(BinaryIO, _Arriving(found["Body"]))

    def delete(self, name: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=self._key(name))

    def listed(self) -> Iterator[tuple[str, datetime]]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._prefix
        )
        for page in pages:
            for each in page.get("Contents", ()):
                yield each["Key"].removeprefix(self._prefix), each["LastModified"]

    def _key(self, name: str) -> str:
        return self._prefix + checked(name)


class _Arriving(io.RawIOBase):
    """A body on its way, read like a file; a connection that breaks is an error, never a short file."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._body.close()
        super().close()
