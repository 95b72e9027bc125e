"""The settings of Superset, which reads this file in an environment of its own."""

import os

SECRET_KEY = os.environ["LABOUR_MONITOR_SUPERSET_SECRET"]
SQLALCHEMY_DATABASE_URI = f"sqlite:///{os.environ['SUPERSET_HOME']}/superset.db"
# Programs ask here, not pages of a browser.
WTF_CSRF_ENABLED = False
# Else Superset refuses databases that are files.
PREVENT_UNSAFE_DB_CONNECTIONS = False
