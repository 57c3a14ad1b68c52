"""The extension `x-sparse-fields`: the form of an answer to a request with `fields`, in which no member is required."""

import jsonschema_rs

SPARSE = ".sparse"


def conforms(document, operation, query, response):
    """Whether the answer has the form that the extension implies, if the request asks for that form."""
    content = operation["responses"].get(str(response.status_code), {}).get("content", {})
    name = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    schemas = document["components"]["schemas"]
    frame = schemas.get(name, {})
    extension = frame.get("x-sparse-fields")
    if extension is None or extension["parameter"] not in (query or {}):
        return False
    members = frame["properties"]
    within = extension["within"]
    sparse = {name + SPARSE: relaxed(schema) for name, schema in schemas.items()}
    schema = frame | {
        "properties": members | {within: relaxed(members[within])},
        "components": {"schemas": schemas | sparse},
    }
    return jsonschema_rs.Draft202012Validator(schema).is_valid(response.json())


def relaxed(schema, names=False):
    """The schema with nothing required, in it or in what it refers to. `names`: the keys are names of members."""
    if isinstance(schema, list):
        return [relaxed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {}
    for key, value in schema.items():
        if names:
            kept[key] = relaxed(value)
        elif key == "$ref":
            kept[key] = value + SPARSE
        elif key != "required":
            kept[key] = relaxed(value, names=key == "properties")
    return kept
