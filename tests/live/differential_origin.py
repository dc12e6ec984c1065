#!/usr/bin/env python3
"""differential_origin.py FOLDER [OWNER]: the parent proxy of the differential
test's Squid, and every origin behind it; in the place of world.py.

It answers at once and without TLS. A CONNECT gets 200, and what then comes is
answered with one line, "origin TARGET", so that only a client whose own bytes
came through hears of it. A plain request gets 200 and a body of that line with
the request's URI. FOLDER/world.log says which targets were asked for, a line
each: "connect TARGET", "tunnel TARGET" once bytes came, "request URI".
"""
import asyncio
import os
import signal
import sys

import world

IDLE_S = 30             # a connection that says nothing is closed


class Origin:
    def __init__(self, log):
        self.log = log

    def note(self, word, what):
        self.log.write(b"%s %s\n" % (word, what))

    async def serve(self, reader, writer):
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"),
                                          IDLE_S)
            words = head.split(b"\r\n")[0].split(b" ")
            if words[0] == b"CONNECT":
                await self.tunnel(reader, writer, words[1])
            else:
                self.answer(writer, words[1])
            await writer.drain()
        except (OSError, EOFError, asyncio.TimeoutError,
                asyncio.LimitOverrunError):
            pass                # the other side went away
        finally:
            writer.close()

    async def tunnel(self, reader, writer, target):
        self.note(b"connect", target)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        if await asyncio.wait_for(reader.read(65536), IDLE_S):
            self.note(b"tunnel", target)
            writer.write(b"origin %s\n" % target)

    def answer(self, writer, uri):
        self.note(b"request", uri)
        body = b"origin %s\n" % uri
        writer.write(b"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\n"
                     b"Connection: close\r\nContent-Length: %d\r\n\r\n%s"
                     % (len(body), body))


async def watch(owner, folder):
    while world.is_running(owner):
        await asyncio.sleep(world.OWNER_S)
    world.end_squid(folder)
    os.kill(os.getpid(), signal.SIGTERM)


async def main():
    folder = sys.argv[1]
    with open(os.path.join(folder, "world.log"), "ab", buffering=0) as log:
        server = await asyncio.start_server(Origin(log).serve, "127.0.0.1", 0,
                                            backlog=500)
        port = os.path.join(folder, "world.port")
        with open(port + ".new", "w") as file:
            file.write("%d\n" % server.sockets[0].getsockname()[1])
        os.rename(port + ".new", port)
        tasks = [server.serve_forever()]
        if len(sys.argv) > 2:
            tasks.append(watch(int(sys.argv[2]), folder))
        await asyncio.gather(*tasks)


asyncio.run(main())
