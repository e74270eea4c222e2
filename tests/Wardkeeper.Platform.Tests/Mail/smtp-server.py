"""A mail server on loopback for tests: aiosmtpd with STARTTLS and log-in. Says its port, then one line of JSON for each letter it took.

usage: smtp-server.py PORT USER PASSWORD CERTIFICATE KEY; PORT 0 takes a free one, without a certificate it offers no encryption.
Recipients whose address begins with "gone" are refused. Ends when its input ends."""
import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Box:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("gone"):
            return "550 5.1.1 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        print(json.dumps({"to": envelope.rcpt_tos, "tls": session.ssl is not None, "user": session.authenticated, "text": envelope.content.decode("utf-8", "replace")}), flush=True)
        return "250 taken"


async def main(port, user, password, certificate="", key=""):
    def log_in(server, session, envelope, mechanism, data):
        good = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=good, handled=False)

    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)
    options = {"tls_context": context, "require_starttls": True, "authenticator": log_in, "auth_required": True} if context else {}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Box(), loop=loop, **options), "127.0.0.1", int(port))
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main(*sys.argv[1:]))
