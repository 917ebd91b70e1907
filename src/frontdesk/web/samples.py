"""Examples for the documents: a value for each schema, with people and texts that one can picture.

A guest Nora asks where her parcel is; Paul helps. What a document shows fits its schema, and a test
holds it to that. Pure, and the same every time.
"""

from typing import Any

from frontdesk.web.answers import SENTENCES, SHARED

Schema = dict[str, Any]

ROOM = "r2ed45d455548ee1b01ec46d593a52a69"

# Name of a key → what stands there.
VALUES: dict[str, Any] = {
    "desk": "main",
    "room": ROOM,
    "id": "957dd6ae.7.1",
    "username": "Nora",
    "user": "Nora",
    "guest": "Nora",
    "agent": "Paul",
    "question": "Where is my parcel?",
    "topic": "Where is my parcel?",
    "body": "Hello! Which *order* is it?",
    "password": "a phrase that is long",
    "name": "Returns",
    "token": "fdg_8787aff7b0ec4fc9",
    "sent": 1_795_362_057,
    "since": 1_795_362_057,
    "ticket": 5,
    "position": 2,
    "waittime": 95,
    "wait": 95,
    "seconds": 60,
    "limit": 3,
    "present": True,
    "available": True,
    "more": False,
    "state": True,
    "info": {"browser": "Firefox"},
    "key": "b1946ac92492d234",
    "secret": "oVjPq7Zf0uTn4yX1cS8mB3wK9eR5hL2dG6aJ7iQzNtY",
    "vouch": "eyJhbGciOiJIUzI1NiIsImtpZCI6ImsyZWQ0NSJ9.eyJzdWIiOiI3In0.sig",
    "sub": "customer-1042",
    "email": "nora@example.org",
    "last_used": 1_795_362_057,
    "hash": "0123456789abcdef",
    "invite": "5c1e0f7ab2d94c338e6a",
    "until": 1_795_621_257,
    "label": "Nightly export",
    "role": "agent",
    "old": "a phrase that was long",
    "new": "a phrase that is longer",
    "by": "Paul",
    "about": "silence_s",
    "at": 1_795_362_057,
    "person": "g2ed45d455548ee1b01ec46d593a52a69",
    "contact": "nora@mail.example",
    "created": 1_795_362_057,
    "guests": ["Nora"],
    "available_agents": ["Paul"],
    "unavailable_agents": ["Rosa"],
    "users": ["Nora", "Paul"],
    "here": "Frontdesk, a live support chat server, is running.",
    "api": "/api/v1",
    "docs": "/api/docs",
    "openapi": "/api/openapi.json",
}

# Operation and key, where another value makes more sense.
OWN: dict[tuple[str, str], Any] = {
    ("here", "desk"): "/api/v1/desks/main",
    ("waittime", "state"): "open",
    ("make_key", "id"): "k2ed45d455548ee1b01ec46d593a52a69",
}

# Operations whose name in `code` is another, and what is said of those that are no command.
CODES = {
    "change_settings": "settings",
    "set_status": "status",
    "sign_in": "session",
    "sign_out": "session",
    "accept": "session",
    "change_password": "password",
}
SAID = dict([*SENTENCES.values(), *SHARED.values()]) | {
    "accept": "signed in",
    "identify": "identity set",
    "leave_message": "message left",
    "typing": "typing sent",
    "sign_in": "signed in",
    "sign_out": "signed out",
}

# In an answer to somebody these would be told to somebody else.
UNSAID = frozenset({"replayed", "ref", "where"})


def sample(
    schema: Schema, named: dict[str, Schema], name: str = "", *, required: bool = False
) -> Any:
    """A value of this schema.

    Args:
        named: the schemas that it may refer to.
        name: of the key or the operation that it is for.
        required: leave out what may be left out.
    """
    if "$ref" in schema:
        schema = named[schema["$ref"].rpartition("/")[2]]
    if "example" in schema:
        return schema["example"]
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            schema = schema[choice][0]
            return sample(schema, named, name, required=required)
    if "properties" in schema:
        return {
            key: _of_key(key, one, named, name)
            for key, one in schema["properties"].items()
            if (key in schema.get("required", ()) if required else key not in UNSAID)
        }
    if name in VALUES and _fits(VALUES[name], schema):
        return VALUES[name]
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    if schema.get("type") == "array":
        return [sample(schema["items"], named, "user")]
    return {"string": "text", "integer": 1, "boolean": True, "object": {}}[schema["type"]]


def _of_key(key: str, schema: Schema, named: dict[str, Schema], operation: str) -> Any:
    code = CODES.get(operation, operation)
    if (operation, key) in OWN:
        return OWN[operation, key]
    if key == "success":
        return SAID.get(operation, SAID.get(code, "message sent"))
    if key == "code" and code in schema.get("enum", ()):
        return code
    return sample(schema, named, key)


def _fits(value: Any, schema: Schema) -> bool:
    if "const" in schema or "enum" in schema:
        return value in schema.get("enum", ())
    kinds = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
    return type(value) is kinds.get(schema.get("type", ""))
