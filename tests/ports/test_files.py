"""The file stores keep the same promises: a folder on disk and a bucket behind the S3 protocol."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.http import FileResponse

from huiyin.core.filestore.s3 import S3Files
from huiyin.core.ports.files import DiskFiles, Files
from tests import servers

NAME = "ab/0123456789abcdef"


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """A bucket of this module's own, as HUIYIN_STORAGE_URL names it."""
    import boto3
    from moto.server import ThreadedMotoServer

    kept = {name: os.environ.get(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    server = ThreadedMotoServer("127.0.0.1", servers.free_port())
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket="huiyin-files")
    yield f"s3://huiyin-files/kept/here?endpoint={endpoint}&region=us-east-1"
    server.stop()
    for name, value in kept.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.fixture(params=["disk", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Files]:
    found: Files = (
        DiskFiles(tmp_path) if request.param == "disk" else S3Files(request.getfixturevalue("bucket"))
    )
    yield found
    for name, _written in list(found.listed()):
        found.delete(name)


def test_open_when_put_then_the_same_bytes(store: Files):
    whole = os.urandom(3 * 1024 * 1024)
    store.put(NAME, (whole[at : at + 65536] for at in range(0, len(whole), 65536)))
    with store.open(NAME) as found:
        assert found.read(10) == whole[:10]
        assert found.read() == whole[10:]


def test_open_when_downloaded_then_the_response_streams_it(store: Files):
    store.put(NAME, [b"a" * 10_000])
    assert b"".join(FileResponse(store.open(NAME), as_attachment=True).streaming_content) == b"a" * 10_000


def test_open_when_absent_then_not_found(store: Files):
    with pytest.raises(FileNotFoundError):
        store.open(NAME)


def test_put_when_the_source_breaks_then_nothing_is_there(store: Files):
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.put(NAME, broken())
    assert list(store.listed()) == []


def test_put_when_empty_or_again_then_the_last_stands(store: Files):
    store.put(NAME, [])
    store.put(NAME, [b"second"])
    with store.open(NAME) as found:
        assert found.read() == b"second"


def test_delete_when_done_twice_then_gone(store: Files):
    store.put(NAME, [b"x"])
    store.delete(NAME)
    store.delete(NAME)
    with pytest.raises(FileNotFoundError):
        store.open(NAME)


def test_listed_when_some_then_names_and_times(store: Files):
    names = {f"a{n}/{n:032x}" for n in range(3)}
    for name in names:
        store.put(name, [b"x"])
    found = dict(store.listed())
    assert set(found) == names
    assert all(abs(datetime.now(UTC) - written) < timedelta(minutes=1) for written in found.values())


@pytest.mark.parametrize("name", ["../secret", "ab/../../x", "ab", "ab/c/d", "/etc/passwd", "ab/c.d"])
def test_every_verb_when_name_is_not_ours_then_refused(store: Files, name: str):
    for verb in (store.open, store.delete, lambda name: store.put(name, [b"x"])):
        with pytest.raises(ValueError, match="Not a name of ours"):
            verb(name)


@pytest.mark.parametrize("url", ["https://bucket", "s3://", "s3://bucket?endpiont=https://x"])
def test_open_bucket_when_address_is_wrong_then_says_its_form(url: str):
    with pytest.raises(ValueError, match="s3://bucket/prefix"):
        S3Files(url)
