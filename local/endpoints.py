"""What programs and people need to talk to a stack that is up."""

import json
import secrets
from collections.abc import Mapping

from local.cdk import STAGE
from local.process import Ports


def endpoints(ports: Ports, outputs: Mapping[str, str]) -> dict[str, str]:
    """Return what `.local/endpoints.json` holds."""
    return {
        "api": ports.origin_url,
        "websocket": ports.origin_url.replace("http", "ws", 1),
        "aws": ports.aws_url,
        "mail": f"{ports.aws_url}/_ministack/ses/messages",
        "table": outputs["TableName"],
        "bus": outputs["BusName"],
        "bucket": outputs["BucketName"],
        "stage": STAGE,
    }


def welcome(addresses: Mapping[str, str]) -> str:
    """Return what to show to a person whose stack is ready, with a first command to paste."""
    api = addresses["api"]
    # A name of its own each time: the command works again on a stack that kept its data.
    name = f"ada_{secrets.token_hex(3)}"
    account = {"username": name, "email": f"{name}@example.org", "password": "correct horse battery staple"}
    return f"""
  API        {api}
  Reference  {api}/docs
  AWS        {addresses["aws"]}
  Mail sent  {addresses["mail"]}

Register someone:

  curl {api}/api/v1/register -H 'Content-Type: application/json' -d '{json.dumps(account)}'

Then load a graph and look at feeds with `make demo`. `make down` stops the stack and keeps its data.
"""
