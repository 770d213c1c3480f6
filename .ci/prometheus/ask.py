"""Asks a Prometheus every query of rules and dashboards. One that is refused fails, and one of the overview without data."""
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

# What a demo has none of: no Slack is told, and no day ends while it is watched.
SILENT = ("tocsin_event_to_message_seconds", "tocsin_day_close_delay_seconds")


def ask(root, path, **args):
    try:
        with urllib.request.urlopen(f"{root}/api/v1/{path}?{urllib.parse.urlencode(args)}") as answer:
            return json.load(answer)["data"]
    except urllib.error.HTTPError as refused:
        sys.exit(f"{args}: {refused.read().decode()}")


def main():
    root, rules, boards = sys.argv[1], sys.argv[2], sys.argv[3:]
    loaded = [rule for group in ask(root, "rules")["groups"] for rule in group["rules"]]
    ill = [f"{rule['name']}: {rule['health']} {rule.get('lastError', '')}" for rule in loaded if rule["health"] != "ok" and rule.get("lastEvaluation", "")[:4] != "0001"]
    with open(rules) as text:
        if len(loaded) != len(re.findall(r"- (?:alert|record):", text.read())):
            ill.append(f"{len(loaded)} rules are loaded, which is not all")
    count, empty = 0, []
    for name in boards:
        with open(name) as text:
            board = json.load(text)
        for panel in board["panels"]:
            for target in panel["targets"]:
                query = target["expr"].replace("$__rate_interval", "10s").replace("$job", ".+").replace("$instance", ".+")
                found = ask(root, "query", query=query)["result"]
                count += 1
                if not found:
                    empty.append(f"{board['uid']}: {panel['title']}: {query}")
    ill += [one for one in empty if one.startswith("tocsin-overview") and not any(s in one for s in SILENT)]
    print("\n".join(["without data in a demo:"] + empty))
    print(f"{count} queries of dashboards and {len(loaded)} rules are answered")
    if ill:
        sys.exit("\n".join(["ill:"] + ill))


main()
