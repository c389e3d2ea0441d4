"""Pushes to browsers."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House
from infra.shared.queues import WorkQueue


class WebPushRoom(Construct):
    """Knows which browsers take pushes, and sends them one for each notification."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "WebPush")
        stage = house.stage
        settings = {
            "table_name": house.table.table_name,
            "push_secret_name": house.push_key.secret_name,
            **({"push_hosts": stage.push_hosts} if stage.push_hosts else {}),
            **({"push_to_this_machine": "yes"} if stage.local else {}),
        }
        self.api = Door(self, house, "web_push/api", settings=settings)
        self.api.may(
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:ConditionCheckItem",
            on=house.table.table_arn,
        )
        # Whoever asks first for the public half has the key made.
        self.api.may("secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", on=house.push_key.arn)

        send = Door(
            self,
            house,
            "web_push/on_event",
            settings={**settings, **({"mail_from": stage.mail_from} if stage.mail_from else {})},
            # Push services have seconds to answer, and an account has several browsers.
            timeout_seconds=60,
        )
        send.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            on=house.table.table_arn,
        )
        send.may("secretsmanager:GetSecretValue", on=house.push_key.arn)
        pushes = WorkQueue(self, "Pushes", stage, consumer=send, batch_size=3, concurrency=20)
        pushes.subscribe(house.bus, "notification.created")
