"""Every scenario of the features folder is a test."""

import os

from pytest_bdd import scenarios

scenarios(os.environ.get("FEATURES_DIR", "../../features"))
