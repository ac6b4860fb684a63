"""What is shipped; it is read without its models, so that listing is quick."""

import json as js

from upstanding.documents import shelf
from upstanding.documents.read import read


def schemes(*, json: bool) -> None:
    """Print what is shipped."""
    found = [
        {
            "kind": kind,
            "name": name,
            "title": (tree := read(shelf.find(folder, name)).tree)["title"],
            "status": tree.get("status") or tree["source"],
        }
        for kind, folder in shelf.KINDS.items()
        for name in shelf.shipped(folder)
    ]
    if json:
        print(js.dumps(found))
        return
    for entry in found:
        print(f"{entry['kind']:9}  {entry['name']:18}  {entry['title']} ({entry['status']})")
