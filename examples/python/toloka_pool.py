"""Toloka's own Python client through opwatch's mirror: only its URL and its token are others.

The token is an API key of opwatch with the scopes `read` and `passthrough`; the server's configuration says
`mirror: { passThrough: true }` under the source, for a pool is opened and tasks are uploaded by requests that opwatch
passes on. The waiting is answered by polls that everybody shares.

    pip install toloka-kit==1.2.3 'cattrs<23' 'httpx<0.28'  # the last release, with what it still works with
    OPWATCH_URL=http://127.0.0.1:4080 OPWATCH_API_KEY=opw_… python toloka_pool.py 123
"""

import os
import sys

from toloka.client import Task, TolokaClient

pool_id = sys.argv[1]
url = os.environ["OPWATCH_URL"] + "/mirror/" + os.environ.get("OPWATCH_SOURCE", "toloka")
client = TolokaClient(os.environ["OPWATCH_API_KEY"], url=url)

tasks = [Task(pool_id=pool_id, input_values={"image": f"https://example.com/{n}.jpg"}) for n in range(3)]
upload = client.wait_operation(client.create_tasks_async(tasks, skip_invalid_items=True))
steps = client.get_operation_log(upload.id)
print(f"upload: {upload.status.value}, {sum(step.success for step in steps)} of {len(steps)} steps succeeded")

opening = client.open_pool_async(pool_id)
if opening is not None:  # Toloka answers with nothing at all for a pool that is open already
    opening = client.wait_operation(opening)
    print(f"opening: {opening.status.value}")
print(f"pool {pool_id}: {client.get_pool(pool_id).status.value}")
