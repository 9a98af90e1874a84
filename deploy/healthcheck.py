"""Exit 0 when the web server of this container answers. For the container engine."""

import http.client
import os
import sys

port = int(os.environ.get("PORT", "8000"))
host = os.environ.get("ALLOWED_HOSTS", "localhost").replace(",", " ").split()[0]
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
try:
    connection.request("GET", "/healthz", headers={"Host": host})
    sys.exit(connection.getresponse().status != http.HTTPStatus.OK)
except OSError:
    sys.exit(1)
