/**
 * Makes MLflow's accounts what the environment says they are; run before the server starts, and again when the list
 * changes. MLflow itself only creates the administrator, once, and never looks at its password again.
 *
 * Accounts are in the environment: `ACCOUNTS` counts them, `ACCOUNT_<n>_NAME` and `ACCOUNT_<n>_PASSWORD` describe
 * them, the first is the administrator. Others, which people made by hand, are left alone.
 */
export const ACCOUNTS_SCRIPT = `\
import os
import sys

from mlflow.server.auth.sqlalchemy_store import SqlAlchemyStore

store = SqlAlchemyStore()
store.init_db(os.environ["MLFLOW_BACKEND_STORE_URI"])

for number in range(int(os.environ["ACCOUNTS"])):
    name = os.environ[f"ACCOUNT_{number}_NAME"]
    password = os.environ[f"ACCOUNT_{number}_PASSWORD"]
    admin = number == 0
    if not store.has_user(name):
        store.create_user(name, password, is_admin=admin)
        print(f"created {name}", file=sys.stderr)
    elif store.get_user(name).is_admin != admin or not store.authenticate_user(name, password):
        store.update_user(name, password=password, is_admin=admin)
        print(f"updated {name}", file=sys.stderr)
    else:
        print(f"kept {name}", file=sys.stderr)
`;
