"""Sessions over HTTP."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from functions.session import wiring
from functions.session.schemas import SessionList, SessionView
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Cookies, Door

door = Door("session", gatekeeper)

NO_CONTENT = HTTPStatus.NO_CONTENT


@door.route("POST", "/api/v1/logout", status=NO_CONTENT)
def log_out(caller: Authenticated, cookies: Cookies) -> Response[None]:
    """End this session: its tokens stop working at once."""
    wiring.service().log_out(caller)
    return Response(NO_CONTENT, cookies=cookies.policy.cleared())


@door.route("POST", "/api/v1/logout/all", status=NO_CONTENT)
def log_out_everywhere(caller: Authenticated, cookies: Cookies) -> Response[None]:
    """End all one's sessions: their tokens stop working at once."""
    wiring.service().log_out_everywhere(caller)
    return Response(NO_CONTENT, cookies=cookies.policy.cleared())


@door.route("GET", "/api/v1/sessions")
def list_sessions(caller: Authenticated) -> SessionList:
    """List one's sessions, the latest used first."""
    found = wiring.service().sessions_of(caller)
    return SessionList(sessions=[SessionView.of(session, caller.session_id) for session in found])


@door.route("DELETE", "/api/v1/sessions/{sid}", status=NO_CONTENT)
def end_session(sid: str, caller: Authenticated) -> Response[None]:
    """End one of one's sessions: its tokens stop working at once."""
    wiring.service().end_session(caller, sid)
    return Response(NO_CONTENT)


handler = door
