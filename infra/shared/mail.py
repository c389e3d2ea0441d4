"""The house rules of mails."""

from aws_cdk import ArnFormat, Stack

from infra.shared.function import Door


def let_send(door: Door, sender: str) -> None:
    """Let a door send mails from an address, which SES knows by itself or by its domain."""
    for identity in dict.fromkeys((sender, sender.rpartition("@")[2])):
        door.may(
            "ses:SendEmail",
            on=Stack.of(door).format_arn(
                service="ses",
                resource="identity",
                resource_name=identity,
                arn_format=ArnFormat.SLASH_RESOURCE_NAME,
            ),
        )
