"""The logs that the system under test writes: files, and folders of files, named by LOG_FILES with commas between."""

import os
import pathlib


def _log_files():
    """Files of LOG_FILES, and those in its folders."""
    places = [pathlib.Path(place) for place in os.environ.get("LOG_FILES", "").split(",") if place]
    return sorted(file for place in places for file in (place.rglob("*") if place.is_dir() else [place]) if file.is_file())


def log_sizes():
    """Bytes of each file now."""
    return {file: file.stat().st_size for file in _log_files()}


def log_since(starts):
    """What was logged since then."""
    texts = []
    for file in _log_files():
        with open(file, "rb") as log:
            log.seek(starts.get(file, 0))
            texts.append(log.read().decode("utf-8", "replace"))
    return "\n".join(texts)
