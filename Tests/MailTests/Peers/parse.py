"""Reads a message as Python's email package understands it, and prints what it found as JSON."""
import email, json, sys
from email import header, policy

raw = sys.stdin.buffer.read()
message = email.message_from_bytes(raw, policy=policy.default)
parts = [part for part in message.walk() if not part.is_multipart()]
sender, recipient = message["From"].addresses[0], message["To"].addresses[0]
print(json.dumps({
    "headers": [[name, str(value)] for name, value in message.items()],
    "sender": [sender.display_name, sender.addr_spec],
    "recipient": [recipient.display_name, recipient.addr_spec],
    "wholeRecipient": str(header.make_header(header.decode_header(email.message_from_bytes(raw)["To"]))),
    "moment": message["Date"].datetime.isoformat(),
    "type": message.get_content_type(),
    "parts": [[part.get_content_type(), part.get_content().replace("\r\n", "\n")] for part in parts],
    "defects": [repr(d) for part in message.walk() for d in part.defects]
        + [repr(d) for value in message.values() for d in value.defects],
    "longestLine": max(len(line) for line in raw.split(b"\r\n")),
    "strayBreaks": raw.count(b"\n") - raw.count(b"\r\n") + raw.count(b"\r") - raw.count(b"\r\n"),
}))
