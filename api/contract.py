"""Reads openapi.yaml and holds requests and responses to it."""
import datetime
import json
import pathlib
import re
import urllib.parse
import uuid

import jsonschema
import yaml

METHODS = ("get", "put", "post", "delete", "patch")
# What any answer of the server carries; every other field must be documented with its response.
COMMON_FIELDS = {"cache-control", "connection", "content-encoding", "content-length", "content-security-policy",
                 "content-type", "cross-origin-resource-policy", "date", "referrer-policy", "vary",
                 "x-content-type-options", "x-frame-options"}


class Breach(AssertionError):
    """Something isn't as the contract says."""


FORMATS = jsonschema.FormatChecker(formats=())
FORMATS.checks("date", ValueError)(lambda text: not isinstance(text, str) or bool(datetime.date.fromisoformat(text)))
FORMATS.checks("uuid", ValueError)(lambda text: not isinstance(text, str) or bool(uuid.UUID(text)))
FORMATS.checks("email")(lambda text: not isinstance(text, str) or re.fullmatch(r"[^@\s]+@[^@\s]+", text) is not None)
FORMATS.checks("date-time", ValueError)(
    lambda text: not isinstance(text, str) or bool(datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))))


class Contract:
    def __init__(self, path):
        self.text = pathlib.Path(path).read_text(encoding="utf-8")
        self.document = yaml.safe_load(self.text)
        self._resolver = jsonschema.RefResolver.from_schema(self.document)
        self.operations = {}
        for route, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    operation = Operation(self, method.upper(), route, item)
                    if operation.name in self.operations:
                        raise Breach(f"two operations are called {operation.name}")
                    self.operations[operation.name] = operation

    def resolve(self, node):
        """The node that a $ref leads to."""
        while "$ref" in node:
            node = self._resolver.resolve(node["$ref"])[1]
        return node

    def check_value(self, schema, value, what):
        validator = jsonschema.Draft202012Validator(schema, resolver=self._resolver, format_checker=FORMATS)
        worst = jsonschema.exceptions.best_match(validator.iter_errors(value))
        if worst is not None:
            raise Breach(f"{what}: {worst.json_path}: {worst.message[:500]}")

    def is_good(self, schema, value):
        try:
            self.check_value(schema, value, "")
        except Breach:
            return False
        return True

    def schemas(self):
        """(place, schema) of every schema in the document, whatever it belongs to."""
        def walk(node, place):
            if isinstance(node, dict):
                for key, child in node.items():
                    if key == "schema":
                        yield f"{place}/{key}", child
                    yield from walk(child, f"{place}/{key}")
            elif isinstance(node, list):
                for at, child in enumerate(node):
                    yield from walk(child, f"{place}/{at}")
        yield from walk(self.document, "#")
        for name, schema in self.document["components"]["schemas"].items():
            yield f"#/components/schemas/{name}", schema


class Operation:
    def __init__(self, contract, method, route, item):
        node = item[method.lower()]
        self.contract = contract
        self.name = node["operationId"]
        self.method = method
        self.route = route
        self.is_ops = "ops" in node["tags"]
        self.permission = node.get("x-permission")  # docs/permissions.md says which roles have it
        self.late_permission = node.get("x-late-permission")  # and what an entry with a late_reason takes besides
        self.security = node.get("security", [])
        listed = [contract.resolve(one) for one in (*item.get("parameters", []), *node.get("parameters", []))]
        self.parameters = {(one["in"], one["name"].lower()): one for one in listed}
        self.responses = {status: contract.resolve(one) for status, one in node["responses"].items()}
        body = node.get("requestBody")
        self.body_schema = body["content"]["application/json"]["schema"] if body else None
        self.body_examples = body["content"]["application/json"].get("examples", {}) if body else {}

    def statuses(self):
        return {int(status) for status in self.responses if status != "default"}

    def path(self, values):
        return re.sub(r"\{(\w+)\}", lambda found: urllib.parse.quote(str(values[found[1]]), safe=""), self.route)

    def check_request(self, path, query, headers, body):
        """`query` as a list of pairs, `body` as the JSON value or None."""
        given = [("path", name, str(value)) for name, value in path.items()]
        given += [("query", name, value) for name, value in query]
        given += [("header", name, value) for name, value in headers.items()
                  if ("header", name.lower()) in self.parameters]
        for where, name, value in given:
            parameter = self.parameters.get((where, name.lower() if where == "header" else name))
            if parameter is None:
                raise Breach(f"{self.name}: {where} parameter {name} isn't in the contract")
            schema = parameter["schema"]
            self._check_text(schema.get("items", schema), value, f"{self.name}: {where} parameter {name}")
        seen = {(where, name.lower()) for where, name, _ in given}
        for key, parameter in self.parameters.items():
            if parameter.get("required") and key not in seen:
                raise Breach(f"{self.name}: {key[0]} parameter {parameter['name']} is missing")
        once = [(where, name) for where, name, _ in given
                if self.parameters[where, name.lower() if where == "header" else name]["schema"].get("type") != "array"]
        if len(set(once)) != len(once):
            raise Breach(f"{self.name}: a parameter is given twice")
        if self.body_schema is not None:
            self.contract.check_value(self.body_schema, body, f"{self.name}: request body")

    def check_response(self, status, headers, body):
        """`headers` as a list of pairs, `body` as bytes; None for an answer to HEAD."""
        what = f"{self.name}: {status}"
        response = self.responses.get(str(status), self.responses.get("default"))
        if response is None or (str(status) not in self.responses and status < 400):
            raise Breach(f"{what} isn't in the contract")
        fields = {}
        for name, value in headers:
            fields.setdefault(name.lower(), []).append(value)
        documented = {name.lower(): self.contract.resolve(header) for name, header in response.get("headers", {}).items()}
        for name, header in documented.items():
            if name not in fields and header.get("required"):
                raise Breach(f"{what}: the header {name} is missing")
            for value in fields.get(name, []):
                self._check_text(header["schema"], value, f"{what}: header {name}")
        # Retry-After and Allow belong to their statuses (RFC 9110), also where only `default` names them.
        known = COMMON_FIELDS | documented.keys() | ({"retry-after", "allow"} if str(status) not in self.responses else set())
        unknown = fields.keys() - known
        if unknown:
            raise Breach(f"{what}: the contract has no header {', '.join(sorted(unknown))}")
        self._check_content(response, status, fields, body, what)

    def _check_content(self, response, status, fields, body, what):
        content = response.get("content")
        if content is None:
            if body or "content-type" in fields:
                raise Breach(f"{what}: has a body of {fields.get('content-type')}")
            return
        media = fields.get("content-type", [""])[0].split(";")[0].strip()
        if media not in content:
            raise Breach(f"{what}: content type {media or 'absent'} isn't one of {', '.join(content)}")
        if body is None:
            return
        schema = self.contract.resolve(content[media]["schema"])
        if schema.get("format") == "binary":
            return
        if not media.endswith("json"):
            self.contract.check_value(content[media]["schema"], body.decode(), f"{what}: body")
            return
        value = json.loads(body)
        self.contract.check_value(content[media]["schema"], value, f"{what}: body")
        if media == "application/problem+json":
            if value["status"] != status:
                raise Breach(f"{what}: the problem says status {value['status']}")
            if fields.get("x-request-id") != [value["instance"]]:
                raise Breach(f"{what}: the problem's instance isn't the request id")

    def _check_text(self, schema, text, what):
        """A parameter or header: text on the wire, a number where its schema says so."""
        kind = self.contract.resolve(schema).get("type")
        if kind == "integer":
            if not re.fullmatch(r"-?(0|[1-9][0-9]*)", text):
                raise Breach(f"{what}: {text!r} is no integer")
            self.contract.check_value(schema, int(text), what)
        else:
            self.contract.check_value(schema, text, what)
