"""Push subscriptions over HTTP."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.web_push import wiring
from functions.web_push.schemas import (
    NewPushSubscription,
    PushKeyView,
    PushSubscriptionList,
    PushSubscriptionView,
    UnwantedPushSubscription,
)
from functions.web_push.service import Keys
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door, Identity

door = Door("web_push", gatekeeper)

SUBSCRIPTIONS = "/api/v1/notifications/push-subscriptions"


@door.route("POST", SUBSCRIPTIONS, status=HTTPStatus.CREATED)
def subscribe_to_pushes(
    new: Annotated[NewPushSubscription, Body()], caller: Authenticated
) -> PushSubscriptionView:
    """Let a browser take pushes for oneself, until the session ends that asks for it.

    The body is what `PushSubscription.toJSON()` returns there. The same browser again changes nothing but its keys and
    the session. An account has ten at most: the next one takes the place of the oldest. Somebody else's who was logged
    in at the same browser before becomes the caller's.
    """
    keys = Keys(new.keys.p256dh, new.keys.auth)
    kept = wiring.service().subscribe(caller, new.endpoint, keys, new.expirationTime)
    return PushSubscriptionView.of(kept)


@door.route("DELETE", SUBSCRIPTIONS, status=HTTPStatus.NO_CONTENT)
def unsubscribe_from_pushes(
    unwanted: Annotated[UnwantedPushSubscription, Body()], caller: Authenticated
) -> Response[None]:
    """Have nothing sent to a browser any more. It is a success where nothing was."""
    wiring.service().unsubscribe(caller.user_id, unwanted.endpoint)
    return Response(HTTPStatus.NO_CONTENT)


@door.route("GET", SUBSCRIPTIONS)
def list_push_subscriptions(caller: Authenticated) -> PushSubscriptionList:
    """List the browsers that take pushes for oneself, the oldest first."""
    found = wiring.service().subscriptions_of(caller.user_id)
    return PushSubscriptionList(subscriptions=[PushSubscriptionView.of(each) for each in found])


@door.route("GET", "/api/v1/notifications/push-key", identity=Identity.NONE, cache="public, max-age=300")
def read_push_key() -> PushKeyView:
    """Read the key that a browser subscribes with."""
    return PushKeyView(public_key=wiring.service().public_key())


handler = door
