"""What is known of an account, by the hour: how often and how much it pays.

Values come from wherever the platform keeps them: Parquet files below FEAST_DATA where the offline store is files or
duckdb, a table where it is postgres and FEAST_DATA is not set.
"""

import os
from datetime import timedelta

from feast import Entity, FeatureService, FeatureView, Field, FileSource, ValueType
from feast.types import Float64, Int64

TIMES = {"timestamp_field": "event_timestamp", "created_timestamp_column": "created"}

if "FEAST_DATA" in os.environ:
    source = FileSource(
        name="account_hourly",
        path=f"{os.environ['FEAST_DATA']}/account_hourly.parquet",
        # Arrow does not look for the address of a bucket that is not Amazon's by itself.
        s3_endpoint_override=os.environ.get("AWS_ENDPOINT_URL_S3"),
        **TIMES,
    )
else:
    from feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source import PostgreSQLSource

    source = PostgreSQLSource(name="account_hourly", table="account_hourly", **TIMES)

account = Entity(name="account", join_keys=["account_id"], value_type=ValueType.INT64)

account_hourly = FeatureView(
    name="account_hourly",
    entities=[account],
    # How far back training data may look; the online store keeps the newest value of each account.
    ttl=timedelta(days=2),
    schema=[
        Field(name="payments", dtype=Int64),
        Field(name="amount_mean", dtype=Float64),
        Field(name="countries", dtype=Int64),
    ],
    source=source,
)

fraud = FeatureService(name="fraud_v1", features=[account_hourly])
