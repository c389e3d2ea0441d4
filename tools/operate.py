"""What operators do, from a terminal: `make operate DO="suspend ada" STAGE=prod`.

It invokes one function of the stage, so an operator needs no more than `lambda:InvokeFunction` on that.
"""

import argparse
import json
import sys
from typing import Any

import boto3

from local.home import Home

FUNCTION = "kith-{stage}-account-on-command"
HERE = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
"""How the local stack is reached."""


def order(words: list[str]) -> tuple[str, dict[str, Any]]:
    """Return the stage that a command line names, and the order to give there."""
    parser = argparse.ArgumentParser(prog="make operate", description=__doc__.partition("\n")[0])
    parser.add_argument("--stage", default="local")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, meaning in {
        "verify": "vouch that an account is who it says",
        "unverify": "no longer vouch for it",
        "suspend": "keep an account from acting and from being seen, from its next request on",
        "unsuspend": "let it act and be seen again",
    }.items():
        commands.add_parser(name, help=meaning).add_argument("username")
    rotate = commands.add_parser("rotate-keys", help="make the next key of access tokens, if it is due")
    rotate.add_argument(
        "--at-once", action="store_true", help="replace all keys now: what they signed is refused in minutes"
    )
    chosen = vars(parser.parse_args(words))
    return chosen.pop("stage"), chosen


def main() -> None:
    """Give one order and tell what came of it."""
    stage, given = order(sys.argv[1:])
    where: dict[str, Any] = {}
    if stage == "local":
        endpoints = Home.from_environment().endpoints
        if not endpoints.exists():
            sys.exit("kith: no stack has been started here; `make up` does.")
        where = {**HERE, "endpoint_url": json.loads(endpoints.read_text())["aws"]}
    answer = boto3.client("lambda", **where).invoke(
        FunctionName=FUNCTION.format(stage=stage), Payload=json.dumps(given).encode()
    )
    said = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        sys.exit(f"kith: {said.get('errorMessage', said)}")
    print(json.dumps(said))


if __name__ == "__main__":
    main()
