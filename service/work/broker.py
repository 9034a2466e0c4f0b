"""Celery on RabbitMQ as a messenger: it says which item to make, and nothing else.

The item table stays the queue. A message that comes late, twice or never does no harm: whoever takes an item
takes it in the database, and the fence decides whose result counts. Only this module knows Celery.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from celery import Celery, signals
from kombu.exceptions import OperationalError

from service.errors import StorageError
from service.work.worker import Worker

_TASK = "formulyar.run_item"
_QUEUE = "formulyar"

_log = structlog.get_logger(__name__)


def open_broker(url: str) -> Celery:
    """Return a Celery application for the address; nothing is connected yet."""
    app = Celery("formulyar", broker=url, set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        # Acknowledged when the item's end is written down; a worker that dies gives its message back.
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_default_queue=_QUEUE,
        task_default_queue_type="quorum",
        # Without confirms a message can be lost on its way (https://github.com/celery/celery/issues/9149).
        broker_transport_options={"confirm_publish": True},
        broker_connection_retry_on_startup=True,
        task_ignore_result=True,
        task_publish_retry=False,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
    )
    return app


def publisher(app: Celery) -> Callable[[str], None]:
    """Return what tells the broker of an item; it raises StorageError when the broker is not reached."""

    def publish(item_id: str) -> None:
        try:
            app.send_task(_TASK, [item_id], task_id=item_id)
        except (OperationalError, OSError) as error:
            raise StorageError("Брокер сообщений недоступен. Проверьте ENGINE_URL и RabbitMQ.") from error

    return publish


def work_from_broker(worker: Worker, app: Celery, stop: threading.Event) -> None:
    """Make the items that messages name, one at a time, until the process is asked to stop.

    Celery takes over the signals: SIGTERM lets the paper at hand finish.
    """

    @app.task(name=_TASK, bind=True)  # type: ignore[untyped-decorator]  # Celery ships no types
    def run_item(self: object, item_id: str) -> None:
        delivery = self.request.delivery_info or {}  # type: ignore[attr-defined]  # given by Celery
        outcome = worker.take(item_id, redelivered=bool(delivery.get("redelivered")))
        _log.info("message", job=item_id, code=outcome)

    def asked(**_: object) -> None:
        stop.set()

    signals.worker_shutting_down.connect(asked, weak=False)
    with worker.alive(stop):
        # A thread makes the paper, so that the connection's own heartbeats go on meanwhile.
        app.Worker(
            pool="threads",
            concurrency=1,
            loglevel="WARNING",
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            quiet=True,
        ).start()
