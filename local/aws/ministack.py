"""The AWS emulator, bound to the life of the process that starts it.

Start it as `.cache/venv/bin/python local/aws/ministack.py` with the emulator's own environment variables
(BIND_HOST, GATEWAY_PORT, ...). The kernel sends SIGTERM when the parent dies, even by SIGKILL; the emulator then
saves its state and ends, so that none is left holding a port. The signal follows the parent's *thread*: start the
emulator from the main thread.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    parent = os.getppid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    # The parent may have died before the call; then nobody will send the signal.
    if os.getppid() != parent:
        sys.exit("the parent process is gone")


if __name__ == "__main__":
    end_with_parent()
    # The folder of this script comes first on the path, and its name must not hide the package.
    sys.path.pop(0)
    from ministack.app import main

    sys.argv = ["ministack"]
    sys.exit(main())
