"""A broker that needs no server: a kombu transport whose queues lie in one SQLite file.

A message is a row. Taking one sets a lease on it, acknowledging deletes it, and a lease that ran out
(its worker was killed) makes it visible again, so that no wake-up is lost with a process. The file is
apart from the application's database: its commits never wait for somebody who saves an answer.
Registered under the name "embedded" by `config.celery`.
"""

import json
import os
import sqlite3
import threading
import time
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import base, virtual

SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, payload TEXT NOT NULL,
    put_at REAL NOT NULL, lease REAL NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS message_waiting ON message (queue, id);
CREATE TABLE IF NOT EXISTS binding (
    exchange TEXT NOT NULL, routing_key TEXT NOT NULL, pattern TEXT NOT NULL, queue TEXT NOT NULL,
    PRIMARY KEY (exchange, routing_key, pattern, queue)
) WITHOUT ROWID;
"""
# A message that was taken this often without an answer kills its readers; the job row it spoke of remains.
MOST_TRIES = 10
# Nobody answers a broadcast ("are you there?") after this many seconds.
BROADCAST_SECONDS = 60

# A pool forks while other threads poll. A child must not be born while one of them is inside SQLite,
# or it inherits a lock that nobody will ever release.
_at_work = threading.RLock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_at_work.acquire, after_in_parent=_at_work.release, after_in_child=_at_work.release)


class Store:
    """The messages and bindings of one file; one connection for each thread of each process."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._local = threading.local()

    def _do(self, statement: str, *values: object) -> sqlite3.Cursor:
        with _at_work:
            if getattr(self._local, "process", None) != os.getpid():
                self._local.connection = self._open()
                self._local.process = os.getpid()
            cursor: sqlite3.Cursor = self._local.connection.execute(statement, values)
            return cursor

    def _open(self) -> sqlite3.Connection:
        Path(self.path).parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=20, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.executescript(SCHEMA)
        return connection

    def close(self) -> None:
        """Close this thread's connection, unless it was inherited from a parent process."""
        with _at_work:
            if getattr(self._local, "process", None) == os.getpid():
                self._local.connection.close()
                self._local.process = None

    def put(self, queue: str, payload: dict[str, Any]) -> None:
        """Append a message."""
        self._do(
            "INSERT INTO message (queue, payload, put_at) VALUES (?, ?, ?)", queue, json.dumps(payload), time.time()
        )

    def take(self, queue: str, *, seconds: float) -> tuple[int, dict[str, Any]] | None:
        """Return the oldest waiting message, leased for so many seconds, or None."""
        while True:
            now = time.time()
            # Reading first keeps an idle poll from ever locking the file for writing.
            row = self._do(
                "SELECT id, payload, tries FROM message WHERE queue = ? AND lease <= ? ORDER BY id LIMIT 1", queue, now
            ).fetchone()
            if row is None:
                return None
            number, payload, tries = row
            if tries >= MOST_TRIES:
                self.remove(number)
                continue
            taken = self._do(
                "UPDATE message SET lease = ?, tries = tries + 1 WHERE id = ? AND lease <= ?",
                now + seconds,
                number,
                now,
            )
            if taken.rowcount == 1:
                return number, json.loads(payload)

    def remove(self, number: int) -> None:
        """Forget a message: it was acknowledged or refused."""
        self._do("DELETE FROM message WHERE id = ?", number)

    def give_back(self, number: int) -> None:
        """Let anybody take a message again at once."""
        self._do("UPDATE message SET lease = 0 WHERE id = ?", number)

    def size(self, queue: str) -> int:
        """Return how many messages wait in a queue or are being worked on."""
        return int(self._do("SELECT count(*) FROM message WHERE queue = ?", queue).fetchone()[0])

    def purge(self, queue: str) -> int:
        """Forget a queue's messages; return how many there were."""
        return self._do("DELETE FROM message WHERE queue = ?", queue).rowcount

    def forget_broadcasts(self, queue: str) -> None:
        """Forget what nobody has read in time, so that the queue of a worker that is gone does not grow."""
        self._do("DELETE FROM message WHERE queue = ? AND put_at < ?", queue, time.time() - BROADCAST_SECONDS)

    def bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        """Remember that messages of this exchange go to this queue."""
        row = (exchange, routing_key, pattern, queue)
        known = self._do(
            "SELECT 1 FROM binding WHERE exchange = ? AND routing_key = ? AND pattern = ? AND queue = ?", *row
        ).fetchone()
        if known is None:
            self._do("INSERT OR IGNORE INTO binding VALUES (?, ?, ?, ?)", *row)

    def bindings(self, exchange: str) -> list[tuple[str, str, str]]:
        """Return (routing key, pattern, queue) of every queue bound to the exchange."""
        rows = self._do("SELECT routing_key, pattern, queue FROM binding WHERE exchange = ?", exchange)
        return list(rows.fetchall())

    def unbind(self, queue: str) -> None:
        """Forget every binding of a queue."""
        self._do("DELETE FROM binding WHERE queue = ?", queue)


class Deliveries(virtual.QoS):  # type: ignore[misc]  # kombu is not typed
    """What a channel took and did not answer yet; each answer goes to the file as well."""

    def ack(self, delivery_tag: int) -> None:
        self.channel.store.remove(delivery_tag)
        super().ack(delivery_tag)

    def reject(self, delivery_tag: int, requeue: bool = False) -> None:
        if not requeue:
            self.channel.store.remove(delivery_tag)
        super().reject(delivery_tag, requeue=requeue)


class Channel(virtual.Channel):  # type: ignore[misc]  # kombu is not typed
    """Translates kombu's words into the store's."""

    QoS = Deliveries
    supports_fanout = True
    visibility_timeout = 900
    from_transport_options = (*virtual.Channel.from_transport_options, "visibility_timeout")

    def __init__(self, connection: Any, **options: Any) -> None:
        self._unanswered_queues: set[str] = set()
        # Kept here because a worker's threads still acknowledge while it closes its connection.
        self.store: Store = connection.store
        super().__init__(connection, **options)

    def basic_consume(self, queue: str, no_ack: bool, *arguments: Any, **options: Any) -> None:
        if no_ack:
            self._unanswered_queues.add(queue)
        super().basic_consume(queue, no_ack, *arguments, **options)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        taken = self.store.take(queue, seconds=self.visibility_timeout)
        if taken is None:
            raise Empty
        number, payload = taken
        if queue in self._unanswered_queues:
            self.store.remove(number)
        payload["properties"]["delivery_tag"] = number
        return payload

    def _put(self, queue: str, message: dict[str, Any], **options: Any) -> None:
        self.store.put(queue, message)

    def _put_fanout(self, exchange: str, message: dict[str, Any], routing_key: str, **options: Any) -> None:
        for _, _, queue in self.get_table(exchange):
            self.store.forget_broadcasts(queue)
            self.store.put(queue, message)

    def _restore(self, message: virtual.Message) -> None:
        self.store.give_back(message.delivery_tag)

    def _size(self, queue: str) -> int:
        return self.store.size(queue)

    def _purge(self, queue: str) -> int:
        return self.store.purge(queue)

    def _delete(self, queue: str, *arguments: Any, **options: Any) -> None:
        self.store.purge(queue)
        self.store.unbind(queue)

    def _queue_bind(self, exchange: str, routing_key: str | None, pattern: str | None, queue: str) -> None:
        self.store.bind(exchange, routing_key or "", pattern or "", queue)

    def get_table(self, exchange: str) -> list[tuple[str, str, str]]:
        return self.store.bindings(exchange)


class Transport(virtual.Transport):  # type: ignore[misc]  # kombu is not typed
    """`embedded:///folder/broker.sqlite3`."""

    Channel = Channel
    polling_interval = 0.1
    driver_type = driver_name = "sqlite3"
    connection_errors = (*base.Transport.connection_errors, sqlite3.OperationalError)
    implements = base.Transport.implements.extend(
        asynchronous=False, exchange_type=frozenset(["direct", "topic", "fanout"]), heartbeats=False
    )

    def __init__(self, client: Any, **options: Any) -> None:
        super().__init__(client, **options)
        # The address reads like a web address: its path has lost the leading slash.
        self.store = Store("/" + client.virtual_host.lstrip("/"))

    def close_connection(self, connection: Any) -> None:
        super().close_connection(connection)
        self.store.close()

    def driver_version(self) -> str:
        return sqlite3.sqlite_version
