"""Read by every server of a notebook, before what its image and its user configure."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

c = get_config()  # noqa: F821
c.ServerApp.jpserver_extensions = {"keelson_session": True}
# No server of the platform asks the internet for news.
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.news_url = None
