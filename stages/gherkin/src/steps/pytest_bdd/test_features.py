"""Every scenario of the features folder is a test."""

import os
import pathlib

from pytest_bdd import scenarios

FOLDER = pathlib.Path(__file__).resolve().parent / os.environ.get("FEATURES_DIR", "../../features")

if FOLDER.is_dir():
    scenarios(str(FOLDER))
