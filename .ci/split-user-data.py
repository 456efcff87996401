"""Reads user data of several parts as cloud-init does, and writes the parts beside it.

The first must be what the second argument holds, byte for byte; there must be a boothook behind it.
"""

import os
import sys

from cloudinit.helpers import Paths
from cloudinit.user_data import UserDataProcessor

document, theirs = sys.argv[1:]
folder = os.path.dirname(document)
paths = Paths({"cloud_dir": folder, "run_dir": folder})
with open(document, encoding="utf-8") as file:
    message = UserDataProcessor(paths).process(file.read())
parts = [part for part in message.walk() if part.get_content_maintype() != "multipart"]
types = [part.get_content_type() for part in parts]
contents = [part.get_payload(decode=True) for part in parts]
with open(theirs, "rb") as file:
    if contents[0] != file.read():
        sys.exit(f"{document}: the first part is not what the template made: {types[0]}")
if len(parts) != 2 or types[1] != "text/cloud-boothook":
    sys.exit(f"{document}: the parts are {types}")
with open(document + ".hook.sh", "wb") as file:
    # cloud-init runs what stands behind the first line.
    file.write(contents[1].split(b"\n", 1)[1])
if types[0] == "text/cloud-config":
    with open(document + ".yaml", "wb") as file:
        file.write(contents[0])
