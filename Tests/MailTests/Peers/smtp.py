"""A real SMTP server (aiosmtpd) for tests: prints one line of JSON when it listens, and one for each message it accepts.
Ends when its input does, so that it never outlives a test.

usage: smtp.py [--behaviour accept|busy|refuse|refuse-content|drop|hang] [--login] [--tls [--implicit]]
"""
import argparse, asyncio, json, logging, os, ssl, subprocess, sys, tempfile
from aiosmtpd.smtp import SMTP, AuthResult

options = argparse.ArgumentParser()
options.add_argument("--behaviour", default="accept")
options.add_argument("--login", action="store_true", help="demand user 'teller' with password 'onceupon'")
options.add_argument("--tls", action="store_true", help="offer and demand STARTTLS")
options.add_argument("--implicit", action="store_true", help="speak TLS from the first byte instead")
options = options.parse_args()

# A client that hangs up or refuses our certificate is what a test asked for: no traceback between the results.
logging.disable(logging.CRITICAL)


def say(**facts):
    print(json.dumps(facts), flush=True)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if options.behaviour == "busy":
            return f"451 4.3.0 <{address}>: try again later"
        if options.behaviour == "refuse":
            return f"550-5.1.1 Sorry,\r\n550 5.1.1 <{address}>: no such user"
        if options.behaviour == "hang":
            say(hanging=True)
            await asyncio.Event().wait()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if options.behaviour == "refuse-content":
            return "554 5.7.1 looks like spam"
        if options.behaviour == "drop":
            server.transport.abort()
            await asyncio.Event().wait()
        say(sender=envelope.mail_from, recipients=envelope.rcpt_tos, content=envelope.content.decode("ascii"),
            client=session.host_name, encrypted=session.ssl is not None or options.implicit)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"teller", b"onceupon"), handled=False)


def certificate():
    folder = tempfile.mkdtemp()
    cert, key = f"{folder}/cert.pem", f"{folder}/key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert],
        check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    return cert, context


async def main():
    authority, context = certificate() if options.tls else (None, None)
    starttls = context if not options.implicit else None
    protocol = lambda: SMTP(
        Handler(), loop=asyncio.get_running_loop(), hostname="peer.test", decode_data=False,
        tls_context=starttls, require_starttls=starttls is not None,
        authenticator=authenticate, auth_required=options.login,
        auth_require_tls=starttls is not None)
    asyncio.get_running_loop().add_reader(sys.stdin, lambda: os._exit(0))
    server = await asyncio.get_running_loop().create_server(
        protocol, "127.0.0.1", 0, ssl=context if options.implicit else None)
    say(port=server.sockets[0].getsockname()[1], authority=authority)
    await server.serve_forever()


asyncio.run(main())
