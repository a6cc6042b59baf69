"""Makes the data of feature_repo: payments of accounts by the hour, the same for the same seed and end.

    python generate.py --end 2026-11-20T12:00:00 --parquet account_hourly.parquet
    python generate.py --end 2026-11-20T12:00:00 --postgres      # where PGHOST, PGUSER, PGPASSWORD lead
    python generate.py --end 2026-11-20T12:00:00 --newest        # what the online store has to say, as JSON
"""

import argparse
import json
import random
from datetime import datetime, timedelta, timezone


def rows(end: datetime, accounts: int, hours: int, seed: int):
    numbers = random.Random(seed)
    for account in range(1, accounts + 1):
        usual = numbers.uniform(5, 200)
        for hour in range(hours, 0, -1):
            yield {
                "account_id": account,
                "event_timestamp": end - timedelta(hours=hour),
                "created": end,
                "payments": numbers.randint(0, 40),
                "amount_mean": round(usual * numbers.uniform(0.5, 2), 2),
                "countries": numbers.randint(1, 5),
            }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--end", type=datetime.fromisoformat, required=True, help="UTC; the newest hour ends then")
    parser.add_argument("--accounts", type=int, default=20)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--parquet", help="file to write")
    parser.add_argument("--postgres", action="store_true", help="write the table account_hourly")
    parser.add_argument("--newest", action="store_true", help="print the newest row of each account")
    options = parser.parse_args()
    made = list(rows(options.end.replace(tzinfo=timezone.utc), options.accounts, options.hours, options.seed))
    if options.parquet:
        import pandas

        # DuckDB takes no nanoseconds, in which pandas counts.
        pandas.DataFrame(made).to_parquet(options.parquet, coerce_timestamps="us")
    if options.postgres:
        import psycopg

        with psycopg.connect() as connection:
            connection.execute("DROP TABLE IF EXISTS account_hourly")
            connection.execute(
                "CREATE TABLE account_hourly (account_id bigint, event_timestamp timestamptz, created timestamptz,"
                " payments bigint, amount_mean double precision, countries bigint)"
            )
            with connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO account_hourly VALUES (%s, %s, %s, %s, %s, %s)", [tuple(row.values()) for row in made]
                )
    if options.newest:
        newest = {row["account_id"]: row for row in made}
        keys = ["payments", "amount_mean", "countries"]
        print(json.dumps({account: [row[key] for key in keys] for account, row in newest.items()}))


if __name__ == "__main__":
    main()
