"""Many requests at once. access.log is joined to them by their source, the
client's address and port, which is never used twice."""
import asyncio
import base64
import os

import hello

CONNECTIONS = 48        # at a time; Squid has three descriptors for each
TIMEOUT_S = 20


class Question:
    """auth: a CONNECT, or a GET of a URL, by somebody without a login.
    tls: a CONNECT with a login, and a ClientHello with or without SNI."""

    def __init__(self, kind, target, sni=None, port=443):
        self.kind = kind
        self.target = target    # bytes: the host, or the URL of a GET
        self.sni = sni          # bytes, or None: none is sent
        self.port = port

    def key(self):
        return self.kind, self.target, self.sni, self.port

    def __str__(self):
        text = "%s %r" % (self.kind, self.target.decode("latin-1"))
        if self.port != 443:
            text += " port %s" % self.port
        if self.kind == "tls":
            text += " SNI %s" % (self.sni if self.sni is None else
                                 repr(self.sni.decode("latin-1")))
        return text


def head_of(question, user):
    if question.kind == "get":
        lines = [b"GET %s HTTP/1.1" % question.target, b"Host: x",
                 b"Connection: close"]
    else:
        target = b"%s:%d" % (question.target, question.port)
        lines = [b"CONNECT %s HTTP/1.1" % target, b"Host: x"]
    if question.kind == "tls":
        lines.append(b"Proxy-Authorization: Basic " +
                     base64.b64encode(user.encode()))
    return b"\r\n".join(lines) + b"\r\n\r\n"


async def read_status(reader):
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        head = error.partial
    words = head.split(b" ", 2)
    return words[1].decode("latin-1") if len(words) == 3 else "closed"


async def talk(question, reader, writer, user):
    """Its answer: the status of the CONNECT or GET, or "spliced TARGET" or
    "ended" behind a CONNECT that got 200."""
    writer.write(head_of(question, user))
    status = await read_status(reader)
    if question.kind != "tls" or status != "200":
        return status
    names = [] if question.sni is None else [question.sni]
    writer.write(hello.client_hello(names, os.urandom(32)))
    reply = await reader.read(4096)
    if reply.startswith(b"origin "):
        return "spliced " + reply[7:].decode("latin-1").strip()
    return "403" if reply.startswith(b"HTTP/1.1 403 ") else "ended"


async def ask(question, connection, user):
    reader, writer = connection
    try:
        return await asyncio.wait_for(talk(question, reader, writer, user),
                                      TIMEOUT_S)
    except ConnectionError:
        return "ended"
    finally:
        writer.close()


async def connect(proxy, client, used):
    """A connection whose source no other has had, and the source."""
    while True:
        reader, writer = await asyncio.open_connection(
            *proxy, local_addr=(client, 0), limit=1 << 20)
        source = "%s:%d" % writer.get_extra_info("sockname")
        if source not in used:
            used.add(source)
            return (reader, writer), source
        writer.close()


async def ask_all(questions, clients, proxy, user, used):
    """(answer, source) of each, in their order; sources are "address:port",
    the address that of clients. used: the sources so far."""
    answers = [None] * len(questions)
    numbers = iter(range(len(questions)))

    async def work():
        for number in numbers:
            connection, source = await connect(proxy, clients[number], used)
            answers[number] = (await ask(questions[number], connection, user),
                               source)

    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    return answers
