# SPDX-License-Identifier: AGPL-3.0-or-later
"""The description of the API is true: generated requests are answered as it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import hypothesis
import pytest
import schemathesis
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
    response_schema_conformance,
)

from sync.central.app import create_app
from sync.central.file_calls import ROUTES
from sync.central.file_openapi import PATHS
from sync.central.openapi import CALLS
from sync.central.tus import STREAM_TYPE
from sync.wire.versions import CURRENT
from tests.support.central import Office, embedded_centre, running_server
from tests.support.uploads import TUS

pytestmark = pytest.mark.slow


FILE_CALLS = {(path, method) for path, methods in PATHS.items() for method in methods}
"""The calls that carry contents."""


def _sample(path: str) -> str:
    """Return a path with something in its holes."""
    a_file, a_digest = "0" * 64 + "-1", "0" * 64
    named = path.replace("{sha256}", a_digest)
    return named.replace("{id}", a_file if "courier" in path else "1")


@schemathesis.serializer(STREAM_TYPE)
def stream(_context: object, value: object) -> bytes:
    """Let schemathesis send what tus calls a stream."""
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Give an office with a few cases."""
    office = embedded_centre(tmp_path_factory.mktemp("central"))
    office.add_cases([{} for _ in range(3)])
    yield office
    office.database.close()


@pytest.fixture(scope="module")
def address(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve it, with files."""
    with running_server(office, tmp_path_factory.mktemp("files")) as address:
        yield address


def test_the_description_names_every_call(address: str) -> None:
    """The document is there, is OpenAPI 3.1 and has all calls."""
    document = httpx.get(f"{address}/schema/openapi.json", trust_env=False).json()
    assert "3.1.0" == document["openapi"]
    assert {(call.path, call.method) for call in CALLS} | FILE_CALLS == {
        (path, method) for path, methods in document["paths"].items() for method in methods
    }
    assert "prefixItems" in document["components"]["schemas"]["CaseRecord"]


def test_every_route_of_the_server_is_described(office: Office, address: str) -> None:
    """What is routed is in the document, and a method that is not there is answered with 405."""
    document = httpx.get(f"{address}/schema/openapi.json", trust_env=False).json()
    described = {_sample(path): known for path, known in document["paths"].items()}
    app: Any = create_app(office.centre, office.clock)._app  # noqa: SLF001 - the routes themselves
    routed = [
        re.compile(re.sub(r"\{\w+:\w+\}", "[^/]+", route.path))
        for route in app.routes
        if route.path.startswith(f"/v{CURRENT}/")
    ]
    for pattern in (*routed, *map(re.compile, ROUTES)):
        assert any(pattern.fullmatch(path) for path in described), pattern.pattern
    token = {"Authorization": f"Bearer {office.device('agus').access_token}"}
    with httpx.Client(base_url=address, trust_env=False, headers=TUS | token) as http:
        for path, known in described.items():
            for method in {"get", "post", "put", "patch", "delete"} - set(known):
                assert 405 == http.request(method, path).status_code, (method, path)


@pytest.mark.parametrize("serial", [2**64, -(2**64)])
def test_a_serial_that_no_database_holds_is_one_like_any_other(
    office: Office, address: str, serial: int
) -> None:
    """It is as good as the description says: an integer."""
    token = {"Authorization": f"Bearer {office.device('agus').access_token}"}
    with httpx.Client(base_url=address, trust_env=False, headers=token) as http:
        assert 200 == http.post(f"/v{CURRENT}/sync", json={"edition": serial}).status_code


@pytest.mark.parametrize(
    "call",
    [call for call in CALLS if not call.streams],
    ids=lambda call: f"{call.method} {call.path}",
)
def test_the_answers_are_as_described(office: Office, address: str, call: object) -> None:
    """Good and bad requests made from the description get answers that it describes."""
    path, method = getattr(call, "path", ""), getattr(call, "method", "")
    schema = schemathesis.openapi.from_url(f"{address}/schema/openapi.json")
    headers = {"Authorization": f"Bearer {office.device('agus').access_token}"}

    # WORKAROUND schemathesis 4.32: it turns prefixItems at the root of an answer into a list of
    # items, and then calls that list invalid. Below the root (in SyncReply) it does not.
    excluded = [response_schema_conformance] if "cases" in path else []

    @hypothesis.settings(
        max_examples=20, deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
    )
    @hypothesis.given(case=schema[path][method.upper()].as_strategy())
    def answers(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(headers=headers, excluded_checks=excluded)

    answers()


@pytest.mark.parametrize(("path", "method"), sorted(FILE_CALLS))
def test_the_calls_for_contents_answer_as_described(
    office: Office, address: str, path: str, method: str
) -> None:
    """Whatever headers and bytes come: a status of the description, and problem details."""
    schema = schemathesis.openapi.from_url(f"{address}/schema/openapi.json")
    headers = {"Authorization": f"Bearer {office.device('agus').access_token}"}
    # Which strings tus takes for metadata and checksums is not to be said by a schema.
    excluded: list[Any] = [positive_data_acceptance, negative_data_rejection]

    @hypothesis.settings(
        max_examples=15, deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
    )
    @hypothesis.given(case=schema[path][method.upper()].as_strategy())
    def answers(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(headers=headers, excluded_checks=excluded)

    answers()
