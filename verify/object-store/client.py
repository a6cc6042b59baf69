"""Uses a store as its consumers do; says what each attempt came to as one JSON object."""

import io
import json
import sys

import boto3
from boto3.s3.transfer import TransferConfig
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

request = json.load(sys.stdin)


def client(keys):
    options = {"s3": {"addressing_style": "path"}, "retries": {"max_attempts": 1}}
    if keys is None:
        options["signature_version"] = UNSIGNED
    return boto3.client(
        "s3",
        endpoint_url=request["endpoint"],
        region_name=request["region"],
        aws_access_key_id=keys and keys[0],
        aws_secret_access_key=keys and keys[1],
        config=Config(**options),
    )


def put(s3, bucket, key, size=5, **more):
    s3.put_object(Bucket=bucket, Key=key, Body=b"x" * size, **more)
    return "ok"


def get(s3, bucket, key):
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()


def listed(s3, bucket):
    return [o["Key"] for o in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def multipart(s3, bucket, key):
    """Parts, a range across their border, and the object as a whole."""
    data = bytes(range(256)) * 4096 * 20
    transfer = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)
    s3.upload_fileobj(io.BytesIO(data), bucket, key, Config=transfer)
    border = s3.get_object(Bucket=bucket, Key=key, Range=f"bytes={(5 << 20) - 2}-{(5 << 20) + 1}")["Body"].read()
    same = s3.get_object(Bucket=bucket, Key=key)["Body"].read() == data
    parts = s3.head_object(Bucket=bucket, Key=key)["ETag"].strip('"').split("-")[1:]
    return [same, border == data[(5 << 20) - 2 : (5 << 20) + 2], parts]


def aborted(s3, bucket, key):
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=1, Body=b"x" * (5 << 20))
    s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload)
    return "ok"


def copy(s3, bucket, key, source):
    s3.copy_object(Bucket=bucket, Key=key, CopySource={"Bucket": source[0], "Key": source[1]})
    return "ok"


def delete(s3, bucket, keys):
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": k} for k in keys]})
    return answer["Errors"][0]["Code"] if "Errors" in answer else "ok"


def lifecycle(s3, bucket):
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    return sorted([r["Filter"].get("Prefix", ""), r["Expiration"]["Days"], r["Status"]] for r in rules)


def set_lifecycle(s3, bucket, rules):
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})
    return "ok"


def delete_bucket(s3, bucket):
    s3.delete_bucket(Bucket=bucket)
    return "ok"


def create_bucket(s3, bucket):
    s3.create_bucket(Bucket=bucket)
    return "ok"


def buckets(s3):
    return [b["Name"] for b in s3.list_buckets()["Buckets"]]


ACTIONS = {f.__name__: f for f in (put, get, listed, multipart, aborted, copy, delete, lifecycle, set_lifecycle, delete_bucket, create_bucket, buckets)}
answers = {}
for name, keys, action, arguments in request["attempts"]:
    try:
        answers[name] = ACTIONS[action](client(keys), **arguments)
    except ClientError as error:
        answers[name] = error.response["Error"]["Code"]
json.dump(answers, sys.stdout)
