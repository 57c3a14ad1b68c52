"""Whether all that is documented was tested, and accepted at least once from those who may call it, and from nobody else.

schemathesis_verify.py DOCUMENTS FOLDER BASE-URL
"""

import json
import sys
import urllib.request
from pathlib import Path

# What has no end is not tested.
LEFT_OUT = {"/v1/events"}

documents, folder, base = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]


def main():
    faults = [] if is_signed_in() else ["the admin's session ended in the middle"]
    faults += check("delivery", "delivery-anyone", ["delivery-admin"], [])
    states = ["states-people", "states-terms", "states-posts"]
    faults += check("management", "management-anyone", ["management-admin", "management-leaver"], states)
    sys.exit("\n".join(faults) or None)


def is_signed_in():
    request = urllib.request.Request(f"{base}/v1/auth/me")
    request.add_header("Authorization", f"Bearer {(folder / 'admin.token').read_text()}")
    try:
        return urllib.request.urlopen(request, timeout=30).status == 200
    except OSError:
        return False


def check(document, anyone, admin, states):
    """`anyone` is the run without a token; `states` are runs that walk as far as they come in their time."""
    paths = json.loads((documents / f"{document}.json").read_text())["paths"]
    paths = {path: item for path, item in paths.items() if path not in LEFT_OUT}
    operations = {f"{method.upper()} {path}": each for path, item in paths.items() for method, each in item.items()}
    public = {label for label, operation in operations.items() if not operation["security"]}
    # No run has an API key.
    by_key = {label for label, operation in operations.items() if operation["security"] and all("api_key" in each for each in operation["security"])}
    reports = {run: json.loads((folder / f"{run}.json").read_text()) for run in [anyone, *admin, *states]}
    faults = []
    for run in [anyone, *admin]:
        numbers = reports[run]["operations"]
        if numbers["tested"] != numbers["selected"] or numbers["errored"]:
            faults.append(f"{run}: not all was tested: {numbers}")
    if reports[anyone]["operations"]["tested"] != len(operations):
        faults.append(f"{anyone}: {len(operations)} operations are documented, not all were tested")
    faults += missing("accepted without a token", accepted([anyone]) - public)
    faults += missing("never accepted", public - accepted(reports))
    faults += missing("never accepted from an admin", set(operations) - public - by_key - accepted([*admin, *states]))
    requests = sum(report["test_cases"]["generated"] for report in reports.values())
    beyond = sum(report["filtered"] for report in reports.values())
    print(f"{document}: {len(operations)} operations, {requests} requests, {beyond} findings beyond the schema passed over")
    return faults


def accepted(runs):
    """What schemathesis_hooks.py has written down. A run that was never accepted has left no file."""
    files = [folder / f"{run}.accepted" for run in runs]
    return {label for file in files if file.exists() for label in file.read_text().splitlines()}


def missing(what, labels):
    return [f"{label} was {what}" for label in sorted(labels)]


main()
