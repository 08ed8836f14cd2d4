"""The embedded broker loses no message and gives each to one reader at a time."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection, Consumer, Exchange, Producer, Queue

from backstage import broker
from backstage.broker import Store

QUEUE = Queue("post", Exchange("post", "direct"), "post")


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    store = Store(str(tmp_path / "broker.sqlite3"))
    yield store
    store.close()


@pytest.fixture
def connection(tmp_path) -> Iterator[Connection]:
    with Connection(f"embedded://localhost{tmp_path}/a%20folder/broker.sqlite3") as connection:
        yield connection


def waiting(tmp_path: Path) -> int:
    store = Store(str(tmp_path / "a folder/broker.sqlite3"))
    size = store.size("post")
    store.close()
    return size


def publish(connection: Connection, *bodies: str) -> None:
    producer = Producer(connection.channel())
    for body in bodies:
        producer.publish(body, exchange=QUEUE.exchange, routing_key="post", declare=[QUEUE])


def test_a_taken_message_is_not_taken_twice(store):
    store.put("post", {"n": 1})

    taken = [store.take("post", seconds=60), store.take("post", seconds=60)]

    assert taken == [(1, {"n": 1}), None]


def test_a_message_comes_back_when_its_lease_ends_or_it_is_given_back(store):
    store.put("post", {"n": 1})

    store.take("post", seconds=-1)
    again = store.take("post", seconds=60)
    store.give_back(1)

    assert again == (1, {"n": 1})
    assert store.take("post", seconds=60) == (1, {"n": 1})


def test_a_removed_message_is_gone(store):
    store.put("post", {"n": 1})

    store.take("post", seconds=-1)
    store.remove(1)

    assert store.take("post", seconds=60) is None


def test_a_message_that_ends_all_its_readers_is_given_up(store):
    store.put("post", {"n": 1})
    store.put("post", {"n": 2})

    for _ in range(broker.MOST_TRIES):
        store.take("post", seconds=-1)

    assert store.take("post", seconds=60) == (2, {"n": 2})
    assert store.size("post") == 1


def test_four_writers_and_three_readers_share_every_message_once(store):
    taken: list[int] = []
    writers_left = threading.Semaphore(0)

    def write(first: int) -> None:
        for n in range(first, first + 100):
            store.put("post", {"n": n})
        store.close()
        writers_left.release()

    def read() -> None:
        while len(taken) < 400:
            got = store.take("post", seconds=60)
            if got is not None:
                taken.append(got[1]["n"])
                store.remove(got[0])
        store.close()

    threads = [threading.Thread(target=write, args=(first,)) for first in range(0, 400, 100)]
    threads += [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == list(range(400))
    assert store.size("post") == 0


def test_kombu_delivers_in_order_and_forgets_what_was_acknowledged(connection, tmp_path):
    got = []

    def keep(body, message) -> None:
        got.append(body)
        message.ack()

    publish(connection, "one", "two")
    with Consumer(connection.channel(), [QUEUE], callbacks=[keep]):
        connection.drain_events(timeout=2)
        connection.drain_events(timeout=2)

    assert got == ["one", "two"]
    assert waiting(tmp_path) == 0


def test_a_reader_that_closes_gives_back_what_it_has_not_answered(connection, tmp_path):
    got = []

    publish(connection, "one")
    for _ in range(2):
        with (
            Connection(connection.as_uri()) as other,
            Consumer(other.channel(), [QUEUE], callbacks=[lambda body, message: got.append(body)]),
        ):
            other.drain_events(timeout=2)

    assert got == ["one", "one"]
    assert waiting(tmp_path) == 1


def test_a_refused_message_is_gone_and_a_requeued_one_comes_again(connection, tmp_path):
    answers = [lambda message: message.requeue(), lambda message: message.reject()]

    publish(connection, "one")
    with Consumer(connection.channel(), [QUEUE], callbacks=[lambda body, message: answers.pop(0)(message)]):
        connection.drain_events(timeout=2)
        connection.drain_events(timeout=2)

    assert answers == []
    assert waiting(tmp_path) == 0


def test_a_broadcast_reaches_every_queue_and_is_forgotten_when_nobody_reads(connection, tmp_path, monkeypatch):
    everybody = Exchange("all", "fanout")
    queues = [Queue(name, everybody, no_ack=True) for name in ("left", "right")]
    channel = connection.channel()
    for queue in queues:
        queue(channel).declare()

    producer = Producer(channel)
    producer.publish("hello", exchange=everybody)
    sizes = [queue(channel).queue_declare(passive=True).message_count for queue in queues]
    monkeypatch.setattr(broker, "BROADCAST_SECONDS", -1)
    producer.publish("hello again", exchange=everybody)

    assert sizes == [1, 1]
    assert [queue(channel).queue_declare(passive=True).message_count for queue in queues] == [1, 1]
