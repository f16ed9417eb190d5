"""The way of one API call: matched, noted, struck by faults or not, performed, answered."""

from __future__ import annotations

import json
import sys
import threading
import time
import traceback
from typing import Any

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from sandbox import wire
from sandbox.faults import ENDINGS, Fault, FaultBook
from sandbox.journal import Journal
from sandbox.platform import Call, Operation, Platform, Refusal
from sandbox.store import Store

NAMES_OF_IDS = {"id", "post_id", "media_key", "edit_history_post_ids"}
BEFORE = {"timeout_before", "cut_before", "status_before", "duplicate_false", "ghost", "late_effect"}


def find(platform: Platform, request: Request) -> tuple[Operation | None, dict[str, str], bool]:
    """The operation and its path arguments; the last is True when only the method was wrong."""
    path = request.path.removeprefix(f"/{platform.name}") or "/"
    try:
        operation, args = platform.map.bind("", "/").match(path, method=request.method)
        return operation, dict(args), False
    except MethodNotAllowed:
        return None, {}, True
    except NotFound:
        return None, {}, False


def answer(store: Store, faults: FaultBook, journal: Journal, platform: Platform, request: Request) -> wire.WSGI:
    """Answers one call to `platform`, in its own words or as an injected fault wants it."""
    request.get_data(cache=True)
    operation, args, wrong_method = find(platform, request)
    entry = journal.open(platform.name, request, operation.id if operation else None)
    call = Call(request, store, platform, operation, args, lambda kind: note(faults.take(call, {kind})))

    def note(fault: Fault | None) -> Fault | None:
        if fault:
            entry["faults"].append({"id": fault.id, "kind": fault.kind})
        return fault

    def wait(when: str) -> None:
        fault = note(faults.take(call, {"delay"}, when=when))
        if fault:
            time.sleep(float(fault.params["seconds"]))

    wait("before")
    ending = note(faults.take(call, ENDINGS))
    if ending and (ending.kind in BEFORE or ending.params.get("effect") is False):
        response: wire.WSGI = _without_effect(call, ending, wrong_method)
    else:
        made = perform(call, wrong_method)
        response = _after_effect(call, ending, made) if ending else made
    wait("after")
    if isinstance(response, Response):
        entry["status"], entry["answer"] = response.status_code, "whole"
    else:
        entry["answer"] = ending.kind if ending else "whole"
    return response


def perform(call: Call, wrong_method: bool = False) -> Response:
    """Does what is asked, all or nothing, one call at a time; a refusal is an answer like any other."""
    with call.store.lock:
        call.store.run("begin immediate")
        try:
            if call.operation is None:
                response = call.platform.unknown(call, wrong_method)
            else:
                if not call.operation.open:
                    call.platform.admit(call)
                response = call.operation.handler(call)
        except Refusal as refusal:
            response = refusal.response
        except Exception:
            # A fault of the sandbox itself: loud on its own console, a plain 500 to the client.
            call.store.run("rollback")
            traceback.print_exc(file=sys.stderr)
            return call.platform.error(call, 500, {})
        call.store.run("commit")
    call.platform.finish(call, response)
    return response


def _without_effect(call: Call, fault: Fault, wrong_method: bool) -> wire.WSGI:
    params = fault.params
    match fault.kind:
        case "timeout_before":
            return wire.silence(float(params["seconds"]))
        case "cut_before":
            return wire.cut(params["how"] or "reset")
        case "status_before":
            return _status(call, params)
        case "duplicate_false" | "ghost":
            return call.platform.duplicate(call, params["id"], params)
        case "late_effect":
            later = threading.Timer(float(params["seconds"]), perform, (call, wrong_method))
            later.daemon = True
            later.start()
            if params["answer"] == "silence":
                return wire.silence(300)
            return wire.cut() if params["answer"] == "cut" else _status(call, {"status": int(params["answer"])})
    return _shaped(call, fault, Response(status=200))


def _after_effect(call: Call, fault: Fault, made: Response) -> wire.WSGI:
    params = fault.params
    match fault.kind:
        case "timeout_after":
            return wire.silence(float(params["seconds"]))
        case "cut_after" if params["at"] == "body":
            return wire.cut_within(made, params["how"] or "close")
        case "cut_after":
            return wire.cut(params["how"] or "reset")
        case "status_after":
            return _status(call, params)
        case "duplicate_true":
            return call.platform.duplicate(call, call.created, params) if call.created else made
    return _shaped(call, fault, made)


def _shaped(call: Call, fault: Fault, made: Response) -> wire.WSGI:
    """Answers whose effect may or may not have come: redirect, malformed, bomb, huge."""
    params = fault.params
    if fault.kind == "redirect":
        return Response(b"", status=params["status"], headers={"Location": params["location"]})
    if params.get("status"):
        made.status_code = int(params["status"])
    if fault.kind == "gzip_bomb":
        return wire.gzip_bomb(made, int(params["bytes"]))
    if fault.kind == "huge_body":
        return wire.huge(made, int(params["bytes"]))
    return _malformed(made, params["body"])


def _malformed(made: Response, how: str) -> Response:
    body = made.get_data(as_text=True)
    for name in ("x-restli-id", "x-linkedin-id", "Location"):
        made.headers.pop(name, None)
    if how == "html":
        made.set_data(
            "<!DOCTYPE html><html><head><title>Error</title></head>"
            "<body><h1>Something went wrong</h1><p>Please try again later.</p></body></html>"
        )
        made.headers["Content-Type"] = "text/html; charset=utf-8"
        return made
    made.headers["Content-Type"] = "application/json; charset=utf-8"
    if how == "wrong_json":
        made.set_data('["surprise", 42, {"unexpected": true}]')
    elif how == "truncated_json":
        made.set_data((body or '{"id":"urn:li:sh')[: max(1, len(body) // 2) if body else None])
    elif how == "no_id":
        made.set_data(json.dumps(_without_ids(json.loads(body))) if body else "")
    else:
        made.set_data("")
    return made


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_ids(v) for k, v in value.items() if k not in NAMES_OF_IDS}
    return [_without_ids(v) for v in value] if isinstance(value, list) else value


def _status(call: Call, params: dict[str, Any]) -> Response:
    """The status asked for, with the platform's own body and headers unless others are given."""
    response = call.platform.error(call, int(params["status"]), params)
    body = params.get("body")
    if body is not None:
        response.set_data(body if isinstance(body, str) else json.dumps(body))
    for name, value in (params.get("headers") or {}).items():
        response.headers[name] = str(value)
    return response
