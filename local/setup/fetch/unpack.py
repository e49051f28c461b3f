"""Copies one member of a zip archive (wheels and jars are zips) to a file: unpack.py ARCHIVE MEMBER FILE."""

import shutil
import sys
import zipfile

archive, member, file = sys.argv[1:]
with zipfile.ZipFile(archive) as packed, packed.open(member) as source, open(file, "wb") as target:
    shutil.copyfileobj(source, target, 1 << 20)
