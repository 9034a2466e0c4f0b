"""T-49: what is kept in a bucket is read with our keys only and is not written over."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from service.storage import read_verified
from service.storage.s3 import S3Storage, bucket_of
from tests.swift_server import client

DATA = b"abc"


@pytest.fixture
def bucket(bucket_url):
    return bucket_of(bucket_url)


def test_t_49_nobody_reads_an_object_without_keys(bucket, swift):
    stored = S3Storage(bucket).put(DATA, "application/pdf")
    address = f"{swift.endpoint}/{bucket.name}/{stored.sha256[:2]}/{stored.sha256}"

    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(address, timeout=30)  # noqa: S310 - the loopback
    refusal.value.close()

    grants = client(swift).get_object_acl(Bucket=bucket.name, Key=f"{stored.sha256[:2]}/{stored.sha256}")["Grants"]
    assert refusal.value.code in {401, 403}
    assert [one["Grantee"].get("URI") for one in grants] == [None]
    # The twin: with keys it is read.
    assert read_verified(S3Storage(bucket), stored.sha256) == DATA


def test_t_49_a_second_put_of_a_name_is_refused_by_the_server(bucket, swift):
    stored = S3Storage(bucket).put(DATA, "application/pdf")
    key = f"{stored.sha256[:2]}/{stored.sha256}"

    with pytest.raises(ClientError) as refusal:
        client(swift).put_object(Bucket=bucket.name, Key=key, Body=b"other", IfNoneMatch="*")

    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412
    assert read_verified(S3Storage(bucket), stored.sha256) == DATA
    assert client(swift).put_object(Bucket=bucket.name, Key="new", Body=b"new", IfNoneMatch="*")
