"""A worker in a process of its own, for tests that kill it: `worker.py JOB_ID LEASE_IN_SECONDS`."""

from __future__ import annotations

import sys

import django

django.setup()

from firm import heartbeat, jobs  # noqa: E402 (the models need Django set up)

heartbeat.LEASE = f"{int(sys.argv[2])} seconds"
heartbeat.BEAT = 0.2
jobs.run(int(sys.argv[1]))
