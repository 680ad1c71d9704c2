"""Checks every example of an OpenAPI document against its schema, and prints one JSON object: how many there are, and
what is wrong with which."""

import json
import sys
from urllib.parse import quote

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

with open(sys.argv[1], encoding="utf-8") as file:
    document = json.load(file)
registry = Registry().with_resource("urn:api", Resource(document, DRAFT202012))
count = 0
wrong = []


def check(example, schema):
    """Checks an example; the schema is named by the way to it."""
    global count
    count += 1
    pointer = "".join("/" + quote(str(step).replace("~", "~0").replace("/", "~1")) for step in schema)
    validator = Draft202012Validator({"$ref": "urn:api#" + pointer}, registry=registry, format_checker=FormatChecker())
    wrong.extend(f"{pointer}: {error.json_path} {error.message}" for error in validator.iter_errors(example))


def schema(value, way):
    if "example" in value:
        check(value["example"], way)
    elif "$ref" not in value:
        wrong.append(f"{way}: no example")
    for keyword in ("properties", "$defs"):
        for name, inner in value.get(keyword, {}).items():
            schema(inner, way + [keyword, name])
    for keyword in ("items", "additionalProperties"):
        if isinstance(value.get(keyword), dict):
            schema(value[keyword], way + [keyword])
    for keyword in ("allOf", "anyOf"):
        for index, inner in enumerate(value.get(keyword, [])):
            schema(inner, way + [keyword, index])


def resolved(value):
    while "$ref" in value:
        found = document
        for step in value["$ref"].split("/")[1:]:
            found = found[step]
        value = found
    return value


def walk(value, way):
    """Finds what has a schema: parameters, header fields and media types."""
    if isinstance(value, list):
        for index, inner in enumerate(value):
            walk(inner, way + [index])
    elif isinstance(value, dict):
        if "schema" in value:
            examples = [value["example"]] if "example" in value else []
            examples += [resolved(example)["value"] for example in value.get("examples", {}).values()]
            if not examples:
                wrong.append(f"{way}: no example")
            for example in examples:
                check(example, way + ["schema"])
            schema(value["schema"], way + ["schema"])
        else:
            for name, inner in value.items():
                walk(inner, way + [name])


for name, component in document["components"]["schemas"].items():
    schema(component, ["components", "schemas", name])
for section, components in document["components"].items():
    if section not in ("schemas", "examples"):
        walk(components, ["components", section])
walk(document["paths"], ["paths"])
print(json.dumps({"examples": count, "wrong": wrong}))
