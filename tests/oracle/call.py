"""Calls the local endpoint with the whole of `duo_client`: `call.py PORT IKEY SKEY`.

Prints the HTTP status of each call as JSON.
"""

import json
import sys

from duo_client import client

port, ikey, skey = sys.argv[1:]
statuses = {}
for version in (1, 2, 4, 5):
    for method in ("GET", "POST", "DELETE"):
        duo = client.Client(
            ikey, skey, "127.0.0.1", ca_certs="HTTP", port=int(port), sig_version=version
        )
        params = {"realname": "Zo\u00eb ~!*'()", "empty": "", "list": ["b", "a"]}
        response, _ = duo.api_call(method, "/admin/v1/users", params)
        statuses[f"v{version} {method}"] = response.status
print(json.dumps(statuses))
