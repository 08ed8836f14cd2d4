"""Processes that a supervisor starts, starts again when they die, and stops without leaving orphans."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence

LONGEST_PAUSE_SECONDS = 5
# A process that lived so long was well; its next death is followed by a short pause again.
WELL_AFTER_SECONDS = 30
# Time for the work in hand. What takes longer is done again from its job row.
STOP_SECONDS = 6
PR_SET_PDEATHSIG = 1


class Child:
    """One process in a group of its own, so that a Ctrl-C reaches it only through its supervisor."""

    def __init__(
        self, *, name: str, command: Sequence[str], environment: Mapping[str, str], say: Callable[[str], None]
    ) -> None:
        self.name = name
        self.command = list(command)
        self.environment = dict(environment)
        self.say = say
        self.pause = 1.0
        self.started_at = 0.0
        self.start_again_at: float | None = None
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process."""
        self.start_again_at = None
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603  the command is ours, not a visitor's
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  the supervisor has no other threads
        )

    def look_after(self) -> None:
        """Start it again when it has died, after a pause that grows from one second to five."""
        if self.start_again_at is not None:
            if time.monotonic() >= self.start_again_at:
                self.start()
            return
        if self.process is None or self.process.poll() is None:
            return
        self.kill_group()
        if time.monotonic() - self.started_at > WELL_AFTER_SECONDS:
            self.pause = 1.0
        how = _how_it_ended(self.process.returncode)
        self.say(f"The {self.name} stopped ({how}). Starting it again in {self.pause:.0f} s.")
        self.start_again_at = time.monotonic() + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE_SECONDS)

    def ask_to_stop(self) -> None:
        """Let the process end its work. Only its head is told: a pool whose members are told too can hang."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def kill_group(self) -> None:
        """End whatever is left of the process and of those it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return
            finally:
                self.process.wait()


def stop_all(children: Sequence[Child], *, seconds: float = STOP_SECONDS) -> None:
    """Ask all to stop, wait, and end what has not stopped by then."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and any(child.process and child.process.poll() is None for child in children):
        time.sleep(0.05)
    for child in children:
        child.kill_group()


def _how_it_ended(code: int) -> str:
    return f"ended by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def die_with_parent(parent: int) -> Callable[[], None] | None:
    """Return what a new process does first, so that it is told to end when its supervisor is killed."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def tell_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return tell_kernel
