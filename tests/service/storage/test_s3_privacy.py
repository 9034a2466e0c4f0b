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
    key = f"{stored.sha256[:2]}/{stored.sha256}"
    address = f"{swift.endpoint}/{bucket.name}/{key}"
    signed = client(swift).generate_presigned_url("get_object", Params={"Bucket": bucket.name, "Key": key})

    plain, forged = status_of(address), status_of(signed.replace("Signature=", "Signature=x"))

    grants = client(swift).get_object_acl(Bucket=bucket.name, Key=key)["Grants"]
    # Without a signature this server does not even take the question for one of S3.
    assert (plain, forged) == (400, 403)
    assert [one["Grantee"].get("URI") for one in grants] == [None]
    # The twin: with the signature of our keys it is read.
    assert status_of(signed) == 200


def test_t_49_a_second_put_of_a_name_is_refused_by_the_server(bucket, swift):
    stored = S3Storage(bucket).put(DATA, "application/pdf")
    key = f"{stored.sha256[:2]}/{stored.sha256}"

    with pytest.raises(ClientError) as refusal:
        client(swift).put_object(Bucket=bucket.name, Key=key, Body=b"other", IfNoneMatch="*")

    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412
    assert read_verified(S3Storage(bucket), stored.sha256) == DATA
    assert client(swift).put_object(Bucket=bucket.name, Key="new", Body=b"new", IfNoneMatch="*")


def status_of(address):
    """The status of a plain GET."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - the loopback
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
