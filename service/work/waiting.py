"""Waiting a while for a paper that a worker makes."""

from __future__ import annotations

import threading
import time

from service.work.values import Job
from service.work.work import Work

_FIRST_LOOK_S, _LONGEST_LOOK_S = 0.02, 0.25


class Waiting:
    """Lets a few callers wait at a time; each of them keeps a thread of the web server.

    Args:
        work: where the jobs are.
        most: callers that may wait at a time; whoever comes then gets the job as it is.
    """

    def __init__(self, work: Work, *, most: int) -> None:
        self._work = work
        self._places = threading.BoundedSemaphore(most)

    def until_ended(self, job: Job, *, within_s: float) -> Job:
        """Return the job once it has ended, or as it is when the time is over; raises as `Work.job`."""
        if job.ended or within_s <= 0 or not self._places.acquire(blocking=False):
            return job
        try:
            return self._look(job, time.monotonic() + within_s)
        finally:
            self._places.release()

    def _look(self, job: Job, deadline: float) -> Job:
        pause, pause_s = threading.Event(), _FIRST_LOOK_S
        while not job.ended and (left_s := deadline - time.monotonic()) > 0:
            pause.wait(min(pause_s, left_s))
            pause_s = min(pause_s * 1.5, _LONGEST_LOOK_S)
            job = self._work.job(job.organisation_id, job.id)
        return job
