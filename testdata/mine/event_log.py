"""Opens exported journeys with pm4py and prints what it finds in them as JSON."""

import json
import pathlib
import sys
import warnings

warnings.filterwarnings("ignore")

import pandas  # noqa: E402
import pm4py  # noqa: E402

files = sorted(pathlib.Path(sys.argv[1]).glob("*.xes"))
log = pandas.concat([pm4py.read_xes(str(path), show_progress_bar=False) for path in files], ignore_index=True)
edges, start, end = pm4py.discover_dfg(log)
print(
    json.dumps(
        {
            "journeys": int(log["case:concept:name"].nunique()),
            "edges": [[a, b, int(count)] for (a, b), count in edges.items()],
            "start": {name: int(count) for name, count in start.items()},
            "end": {name: int(count) for name, count in end.items()},
            "variants": [[list(names), int(count)] for names, count in pm4py.get_variants(log).items()],
        }
    )
)
