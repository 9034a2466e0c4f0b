"""One warm LibreOffice that forks offices: started, proven, asked for children, ended with all of them.

It never sees a paper of anybody.
"""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

from service.conversion.child import Child, heard
from service.conversion.converter import Readiness
from service.conversion.launching import Launcher, pdf_of
from service.conversion.link import Link
from service.conversion.linked import cancelled
from service.conversion.probe import probe_docx
from service.conversion.process_tree import ProcessTree
from service.conversion.workdir import WorkDir
from service.errors import OfficeStart, ServiceError


class WarmParent:
    """A LibreOffice with everything it forked; `kill` ends it at any time, also while it starts.

    Start it in a thread that lives as long as the parent: the kernel ends it together with that thread.
    """

    def __init__(self, launcher: Launcher) -> None:
        self._launcher = launcher
        self._lock = threading.Lock()  # guards what `kill` ends
        self._killed = False
        self._tree: ProcessTree | None = None
        self._work: WorkDir | None = None
        self._control: socket.socket | None = None
        self._forked = 0
        self.readiness = Readiness(ok=False, office_version="", detail="LibreOffice не запущен.")

    def start(self) -> None:
        """Load, warm up, pass the self-test.

        Raises:
            OfficeStart: it does not come up, or is killed meanwhile.
            StorageFull: no room is left in the work folder.
        """
        deadline = time.monotonic() + self._launcher.start_s
        self._launcher.require_programs()
        work, tree, control = self._spawn()
        try:
            version = str(heard(control, deadline - time.monotonic())[0]["version"])
            child = self.fork(deadline - time.monotonic())
            try:
                self.readiness = self._launcher.proven(
                    lambda docx: pdf_of(
                        child.link.ask(docx, timeout_s=deadline - time.monotonic()), work=work
                    ),
                    version=version,
                    kind="копии прогретого офиса",
                )
            finally:
                child.kill()
        except OfficeStart:
            self.kill()
            raise
        except (ServiceError, EOFError, TimeoutError, KeyError) as e:
            try:
                raise self._launcher.failed(e, tree=tree, work=work)
            finally:
                self.kill()

    def alive(self) -> bool:
        """Return whether it runs."""
        with self._lock:  # so that nobody closes the socket meanwhile
            if self._tree is None or self._control is None:
                return False
            # The socket tells it at once; the tree around it takes its time to end.
            look = select.poll()
            look.register(self._control, 0)
            return not look.poll(0) and self._tree.alive()

    def fork(self, timeout_s: float) -> Child:
        """Return a new child.

        Raises:
            EOFError: the parent is gone.
            TimeoutError: it does not answer.
        """
        control, work = self._control, self._work
        if control is None or work is None:
            raise EOFError("there is no parent")
        self._forked += 1
        name = str(self._forked)
        link = Link()
        try:
            control.settimeout(max(0.001, timeout_s))
            socket.send_fds(control, [json.dumps({"name": name}).encode()], [link.theirs.fileno()])
            link.handed_over()
            _, pidfd = heard(control, timeout_s)
            if pidfd is None:
                raise EOFError("the parent answers without a child")
        except TimeoutError:
            link.close()
            raise
        except (OSError, EOFError) as e:
            link.close()
            raise EOFError("the parent does not answer") from e
        return Child(link, pidfd, work, self.alive)

    def kill(self) -> None:
        """End it with all its children and remove its folder; it cannot be started again."""
        with self._lock:
            self._killed = True
            tree, control, work = self._tree, self._control, self._work
            self._tree = self._control = self._work = None
        if tree is not None:
            tree.kill()
        if control is not None:
            with suppress(OSError):
                control.shutdown(socket.SHUT_RDWR)
            control.close()
        if work is not None:
            work.remove()

    def _spawn(self) -> tuple[WorkDir, ProcessTree, socket.socket]:
        with self._lock:
            if self._killed:
                raise cancelled()
            work = WorkDir(self._launcher.work_root)
            control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            arguments = [
                str(self._launcher.program.parent),
                *(str(work.profile), str(self._launcher.papers(work)), str(_warm_papers(work))),
            ]
            try:
                tree = self._launcher.launch("parent", arguments, work=work, socket=theirs.fileno())
            except ServiceError:
                control.close()
                work.remove()
                raise
            finally:
                theirs.close()
            self._work, self._tree, self._control = work, tree, control
            return work, tree, control


def _warm_papers(work: WorkDir) -> Path:
    folder = work.path / "warm"
    try:
        folder.mkdir()
        (folder / "probe.docx").write_bytes(probe_docx())
    except OSError as e:
        work.require_room()
        raise OfficeStart("Рабочая папка LibreOffice недоступна. Проверьте права на неё.") from e
    return folder
