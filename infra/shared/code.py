"""What is uploaded for a function."""

from aws_cdk import IgnoreMode
from aws_cdk import aws_lambda as lambda_

from infra.shared.checkout import ROOT


def code_of(room: str) -> lambda_.Code:
    """Return a room's folder under the path it is imported by everywhere, so that no other room's edit changes it."""
    return lambda_.Code.from_asset(
        str(ROOT),
        ignore_mode=IgnoreMode.GIT,
        exclude=[
            "/*",
            "!/functions",
            "/functions/*",
            "!/functions/__init__.py",
            f"!/functions/{room}",
            "__pycache__",
            "*.pyc",
        ],
    )
