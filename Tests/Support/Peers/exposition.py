"""Reads a page of metrics as Prometheus' own client does, and prints one JSON object: the samples by name and labels."""

import json
import sys

from prometheus_client.parser import text_string_to_metric_families

with open(sys.argv[1], encoding="utf-8") as page:
    text = page.read()
samples = {}
for family in text_string_to_metric_families(text):
    assert family.documentation and family.type != "unknown", family.name
    for sample in family.samples:
        labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
        key = f"{sample.name}{{{labels}}}"
        assert key not in samples, f"twice: {key}"
        # JSON has no infinity.
        samples[key] = str(sample.value)
print(json.dumps(samples))
