"""A worker in a process of its own, to be killed: `python -m ledger.bench.worker JOB LEASE`.

`LEASE` in seconds: a short one, so that the job is soon taken over.
"""

from __future__ import annotations

import sys

import django

if __name__ == "__main__":
    django.setup()

    from firm import heartbeat, jobs

    heartbeat.LEASE = f"{int(sys.argv[2])} seconds"
    heartbeat.BEAT = 0.2
    jobs.run(int(sys.argv[1]))
