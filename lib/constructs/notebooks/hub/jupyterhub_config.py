"""Configuration of JupyterHub. What differs between environments is in settings.json, and secrets are in variables."""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from oauthenticator.generic import GenericOAuthenticator  # noqa: E402

from spawner import RESTRICTED, TeamSpawner  # noqa: E402

with open(os.path.join(HERE, "settings.json")) as content:
    settings = json.load(content)

c = get_config()  # noqa: F821

hub = settings["hub"]
c.JupyterHub.hub_bind_url = "http://:%d" % hub["port"]
c.JupyterHub.hub_connect_url = hub["connectUrl"]
if "publicUrl" in hub:
    c.JupyterHub.public_url = hub["publicUrl"]
c.JupyterHub.cookie_secret = bytes.fromhex(os.environ["COOKIE_SECRET"])
c.JupyterHub.db_url = settings["database"]["url"]
c.JupyterHub.db_kwargs = settings["database"]["engine"]
c.JupyterHub.upgrade_db = True
c.JupyterHub.template_vars = {"announcement": settings["announcement"]} if settings.get("announcement") else {}

# Servers and proxy go on when the hub is started again.
c.JupyterHub.cleanup_servers = False
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = hub["proxyApiUrl"]

# The keeper serves metrics; what the proxy shows to the world wants a token.
c.JupyterHub.authenticate_prometheus = True
c.JupyterHub.last_activity_interval = 60
c.JupyterHub.concurrent_spawn_limit = 64
c.JupyterHub.allow_named_servers = True
c.JupyterHub.named_server_limit_per_user = settings["limits"]["servers"]


def groups_of(auth_state):
    """The groups of who signs in. Names of claims can have dots, and providers leave out an empty one."""
    found = auth_state["oauth_user"].get(settings["oidc"].get("groupsClaim"))
    return [found] if isinstance(found, str) else found or []


# Who may come in: members of teams, and administrators. Nobody else, also not who once could.
oidc = settings["oidc"]
c.JupyterHub.authenticator_class = GenericOAuthenticator
c.GenericOAuthenticator.client_id = oidc["clientId"]
c.GenericOAuthenticator.client_secret = os.environ["OIDC_CLIENT_SECRET"]
c.GenericOAuthenticator.authorize_url = oidc["authorizeUrl"]
c.GenericOAuthenticator.token_url = oidc["tokenUrl"]
c.GenericOAuthenticator.userdata_url = oidc["userinfoUrl"]
if "logoutUrl" in oidc:
    c.GenericOAuthenticator.logout_redirect_url = oidc["logoutUrl"]
if "callbackUrl" in oidc:
    c.GenericOAuthenticator.oauth_callback_url = oidc["callbackUrl"]
c.GenericOAuthenticator.scope = oidc["scopes"]
c.GenericOAuthenticator.username_claim = oidc["usernameClaim"]
c.GenericOAuthenticator.login_service = oidc["title"]
c.GenericOAuthenticator.auto_login = True
c.GenericOAuthenticator.enable_pkce = True
c.GenericOAuthenticator.manage_groups = True
c.GenericOAuthenticator.auth_state_groups_key = groups_of
c.GenericOAuthenticator.allow_all = False
c.GenericOAuthenticator.allow_existing_users = False
c.GenericOAuthenticator.allowed_users = {
    name.lower() for team in settings["teams"] for name in team["members"]["users"]
}
c.GenericOAuthenticator.allowed_groups = {name for team in settings["teams"] for name in team["members"]["groups"]}
c.GenericOAuthenticator.admin_groups = set(settings["adminGroups"])
c.GenericOAuthenticator.custom_403_message = (
    "You are in no team that has notebooks here. Ask an owner of a team to add you, or one of your groups, to its file."
)
# Keeps tokens, encrypted, to ask again for groups: who leaves one cannot start servers in its team any more.
c.GenericOAuthenticator.enable_auth_state = True
c.GenericOAuthenticator.refresh_pre_spawn = True
c.GenericOAuthenticator.auth_refresh_age = 900

c.JupyterHub.spawner_class = TeamSpawner
c.TeamSpawner.settings = settings
c.TeamSpawner.profile_list = lambda spawner: spawner.teams_profiles()
c.TeamSpawner.slug_scheme = "safe"
c.TeamSpawner.namespace = settings["teams"][0]["namespace"] if settings["teams"] else ""
c.TeamSpawner.component_label = "notebook"
c.TeamSpawner.pod_name_template = "notebook-{user_server}"
# The image's own entry point stays; it runs this.
c.TeamSpawner.cmd = ["jupyterhub-singleuser"]
c.TeamSpawner.port = settings["port"]
c.TeamSpawner.start_timeout = settings["startTimeout"]
c.TeamSpawner.http_timeout = 120
# Kubernetes answers in milliseconds or is in trouble; then another try helps, for half a minute.
c.TeamSpawner.k8s_api_request_timeout = 10

# A home for each server that a user names, kept when the server goes, and when the user does.
c.TeamSpawner.storage_pvc_ensure = True
c.TeamSpawner.delete_pvc = False
c.TeamSpawner.pvc_name_template = "home-{user_server}"
c.TeamSpawner.storage_capacity = settings["storage"]["size"]
c.TeamSpawner.storage_access_modes = ["ReadWriteOnce"]
c.TeamSpawner.storage_extra_labels = settings["storage"]["labels"]
if "class" in settings["storage"]:
    c.TeamSpawner.storage_class = settings["storage"]["class"]

c.TeamSpawner.automount_service_account_token = False
c.TeamSpawner.allow_privilege_escalation = False
c.TeamSpawner.container_security_context = {"capabilities": {"drop": ["ALL"]}}
c.TeamSpawner.pod_security_context = RESTRICTED

# Stops servers that nobody uses, and tells Prometheus.
c.JupyterHub.services = [
    {
        "name": "keeper",
        "command": [sys.executable, os.path.join(HERE, "keeper.py")],
        "environment": {"KEEPER_SETTINGS": os.path.join(HERE, "settings.json")},
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "keeper",
        "services": ["keeper"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers", "read:metrics"],
    }
]
