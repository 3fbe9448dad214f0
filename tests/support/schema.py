"""JSON files against a schema: schema.py SCHEMA, then file names on standard input.

Prints `yes FILE` or `no FILE: where and why`, a line for each; the schema itself, against
the metaschema of its draft, is the first.  Debian's python3-jsonschema does the work.
"""
import json
import sys

from jsonschema.validators import validator_for


def refusal(errors):
    """The first of ERRORS in words, or None."""
    first = min(errors, key=lambda e: list(map(str, e.absolute_path)), default=None)
    if first is None:
        return None
    return "/" + "/".join(map(str, first.absolute_path)) + ": " + first.message[:200]


def tell(name, errors):
    why = refusal(errors)
    print(f"no {name}: {why}" if why else f"yes {name}")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    draft = validator_for(schema)
    tell(sys.argv[1], list(draft(draft.META_SCHEMA).iter_errors(schema)))
    validator = draft(schema)
    for name in sys.stdin.read().split("\n"):
        if not name:
            continue
        with open(name, encoding="utf-8") as file:
            tell(name, list(validator.iter_errors(json.load(file))))


main()
