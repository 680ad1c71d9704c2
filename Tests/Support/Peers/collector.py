"""A collector of traces. Prints its port, then each span it receives as one JSON object a line.

What it takes must be what OpenTelemetry's own definition allows: unknown fields and wrong types are an error, which it prints
and answers with 400. The first request is answered 503, so that whoever sends has to try again.
"""

import base64
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


def with_base64_ids(value):
    """OTLP writes identifiers in hexadecimal where the JSON mapping of protocol buffers wants base64."""
    if isinstance(value, list):
        return [with_base64_ids(element) for element in value]
    if not isinstance(value, dict):
        return value
    changed = {name: with_base64_ids(member) for name, member in value.items()}
    for name in ("traceId", "spanId", "parentSpanId"):
        if name in changed:
            changed[name] = base64.b64encode(bytes.fromhex(changed[name])).decode()
    return changed


def plain(value):
    kind = value.WhichOneof("value")
    return getattr(value, kind) if kind != "array_value" else [plain(element) for element in value.array_value.values]


def attributes(of):
    return {attribute.key: plain(attribute.value) for attribute in of.attributes}


def spans(request):
    for group in request.resource_spans:
        service = attributes(group.resource)["service.name"]
        for scope in group.scope_spans:
            for span in scope.spans:
                assert len(span.trace_id) == 16 and len(span.span_id) == 8, span
                assert 0 < span.start_time_unix_nano <= span.end_time_unix_nano, span
                yield {
                    "service": service,
                    "trace": span.trace_id.hex(),
                    "span": span.span_id.hex(),
                    "parent": span.parent_span_id.hex(),
                    "state": span.trace_state,
                    "name": span.name,
                    "kind": span.kind,
                    "status": span.status.code,
                    "attributes": attributes(span),
                    "links": [link.span_id.hex() for link in span.links],
                }


class Collector(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    requests = 0

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Collector.requests += 1
        if Collector.requests == 1:
            return self.answer(503)
        try:
            assert self.path == "/v1/traces" and self.headers["Content-Type"] == "application/json"
            received = list(spans(json_format.ParseDict(with_base64_ids(json.loads(body)), ExportTraceServiceRequest())))
        except Exception as error:
            print(json.dumps({"error": repr(error)}), flush=True)
            return self.answer(400)
        for span in received:
            print(json.dumps(span), flush=True)
        return self.answer(200)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Retry-After", "0")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
