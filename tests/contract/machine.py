"""Conversations: people of a village ask for one thing after the other, and what one answer names goes into the next."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, initialize, multiple, rule
from schemathesis import GenerationMode, Response
from schemathesis.core.result import Ok
from schemathesis.generation.stateful.state_machine import RecordingStateMachine, StepInput, StepOutput
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.component.conftest import Items, Person, everything
from tests.component.routes import ROUTES
from tests.contract.checks import Storage, check, is_refusal
from tests.contract.document import ASKER, NOBODY, ONESELF, PARENT, Case, Operation
from tests.contract.gateway import Application, application
from tests.contract.record import Record
from tests.contract.village import TAG, Village, with_new_session

APPLICATIONS: dict[str, Application] = {str(route): application(route) for route in ROUTES}
ALL = Bundle[StepOutput]("catch_all")
"""Schemathesis puts each answer into the bundle that its links start from."""
NEW = {"username": "new.here", "email": "new@kith.example", "password": "correct horse battery"}

Step = Callable[..., Any]
Asked = tuple[str, str, dict[str, Any]]


def story(village: Village) -> Iterator[Asked]:
    """Yield what has been asked before each conversation, and by whom: it makes or shows what they can be about."""
    own = {"post_id": village.posts["ann"]}
    yield "ann", "POST /api/v1/register", {"body": NEW}
    yield "ann", "POST /api/v1/posts", {"body": {"text": f"good morning #{TAG}"}}
    yield "ann", "POST /api/v1/posts/{post_id}/comments", {"path_parameters": own, "body": {"text": "well"}}
    yield "ann", "POST /api/v1/users/me/export", {}
    yield "ann", "GET /api/v1/users/by-username/{username}", {"path_parameters": {"username": "bob"}}
    for path in ("feed", "sessions", "graph/requests/pending"):
        yield "ann", f"GET /api/v1/{path}", {}


class Conversation(RecordingStateMachine):
    """What is added to the state machine that Schemathesis makes of the document."""

    village: ClassVar[Village]
    record: ClassVar[Record]
    told: ClassVar[list[tuple[str, StepOutput]]]

    def setup(self) -> None:
        self.people = self.village.restore()
        self.askers: dict[str, Person | None] = {}
        """Who has asked, by case; after one that makes an account or logs in, whoever that is."""
        self.stored: Items = everything()

    @initialize(target=ALL)
    def remember(self) -> MultipleResults[StepOutput]:
        for name, output in self.told:
            self.recorder.record_case(case=output.case)
            self.recorder.record_response(case_id=output.case.id, response=output.response)
            self._note(self.people[name], output)
        return multiple(*(output for _, output in self.told))

    def before_call(self, case: Case) -> None:
        asker = self.askers[case.id] = self._asker(case)
        if asker is not None and isinstance(case.body, dict):
            case.body = {
                name: asker.user_id if value == ONESELF else value for name, value in case.body.items()
            }

    def _asker(self, case: Case) -> Person | None:
        name = case.headers.pop(ASKER)
        if name == NOBODY:
            return None
        if name != PARENT:
            return self.people[name]
        parent = self.recorder.find_parent(case_id=case.id)
        return self.people["ann"] if parent is None else self.askers[parent.id]

    def get_call_kwargs(self, case: Case) -> dict[str, Any]:
        return sending(case, self.askers[case.id])

    def after_call(self, response: Response, case: Case) -> None:
        super().after_call(response, case)
        status = response.status_code
        self.record.answers[case.operation.label, status] += 1
        self.record.kinds[case.meta.generation.mode.value if case.meta else "", status] += 1
        self._note(self.askers[case.id], StepOutput(response, case))

    def _note(self, asker: Person | None, output: StepOutput) -> None:
        """Note who goes on after an answer: who has asked, or whose account it has made or opened."""
        case = output.case
        body = output.response.json() if case.operation.label.endswith(("/register", "/login")) else {}
        if "access_token" in body:
            user = body["user"]
            asker = Person(user["user_id"], user["username"], body["access_token"])
        self.askers[case.id] = asker

    def validate_response(
        self, response: Response, case: Case, additional_checks: Any = None, **kwargs: Any
    ) -> None:
        before, self.stored = self.stored, everything()
        check(case, response, Storage(before, self.stored), transport_kwargs=kwargs, recorder=self.recorder)
        self._log_in_again(response, case)

    def _log_in_again(self, response: Response, case: Case) -> None:
        asker = self.askers[case.id]
        if response.status_code != HTTPStatus.UNAUTHORIZED or asker is None:
            return
        if asker in self.people.values():
            self.people[asker.username] = with_new_session(asker)


def sending(case: Case, asker: Person | None) -> dict[str, Any]:
    headers = {} if asker is None else {"authorization": f"Bearer {asker.token}"}
    return {"app": APPLICATIONS[case.operation.label], "headers": headers}


def conversations(schema: OpenApiSchema, village: Village, record: Record) -> type[Conversation]:
    """Return the state machine."""
    people = village.restore()
    told = [(name, _told(schema, people[name], label, request)) for name, label, request in story(village)]
    village.keep()
    steps = {"village": village, "record": record, "told": told, **dict(_on_their_own(schema))}
    return type("Conversations", (Conversation, schema.as_state_machine()), steps)


def _told(schema: OpenApiSchema, asker: Person, label: str, request: dict[str, Any]) -> StepOutput:
    case = _operations(schema)[label].Case(media_type="application/json", **request)
    response = case.call(**sending(case, asker))
    assert not is_refusal(response), response.text
    return StepOutput(response, case)


def _on_their_own(schema: OpenApiSchema) -> Iterator[tuple[str, Step]]:
    """Yield a step for each route to which nothing has to lead."""
    operations = _operations(schema)
    led_to = {
        link["operationId"]
        for operation in operations.values()
        for answer in operation.definition.raw["responses"].values()
        for link in answer.get("links", {}).values()
    }
    for operation in operations.values():
        if operation.path_parameters and operation.definition.raw["operationId"] in led_to:
            continue

        def ask(self: Conversation, case: Case) -> StepOutput:
            self.recorder.record_case(case=case)
            return self.step(StepInput.initial(case))

        ask.__name__ = f"ask_{operation.definition.raw['operationId']}"
        yield ask.__name__, rule(target=ALL, case=_made_up(operation))(ask)


def _made_up(operation: Operation) -> st.SearchStrategy[Case]:
    modes = [*[GenerationMode.POSITIVE] * 4, GenerationMode.NEGATIVE]
    return st.sampled_from(modes).flatmap(lambda mode: operation.as_strategy(generation_mode=mode))


def _operations(schema: OpenApiSchema) -> dict[str, Operation]:
    return {each.ok().label: each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)}
