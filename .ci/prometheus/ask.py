"""Asks a Prometheus every query of rules and dashboards, and each series that an alert looks at.

One that is refused fails. One without data fails where it names no metric of the list that --empty names: a line each, with the reason.
"""
import argparse
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

SELECTOR = re.compile(r"\b(?:tocsin|process|go|up)[a-z0-9_]*\{[^}]*\}")


def ask(root, path, **args):
    try:
        with urllib.request.urlopen(f"{root}/api/v1/{path}?{urllib.parse.urlencode(args)}", timeout=30) as answer:
            return json.load(answer)["data"]
    except urllib.error.HTTPError as refused:
        sys.exit(f"{args}: {refused.read().decode()}")


def has_data(result):
    """Whether an answer has a number: a share of nothing is none."""
    return any(one["value"][1] != "NaN" for one in result)


def board_queries(names, interval):
    for name in names:
        with open(name) as text:
            board = json.load(text)
        for panel in board["panels"]:
            for target in panel.get("targets", []):
                query = target["expr"].replace("$__rate_interval", interval).replace("$job", ".+").replace("$instance", ".+")
                yield f"{board['uid']}: {panel['title']}", query


def rule_queries(loaded):
    """What recording rules have written, and each series that alerts look at: whether those are beyond a bound is not asked."""
    for rule in loaded:
        if rule["type"] == "recording":
            yield rule["name"], rule["name"]
        else:
            for selector in SELECTOR.findall(rule["query"]):
                yield rule["name"], selector


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interval", default="60s", help="what $__rate_interval comes to: four scrapes")
    parser.add_argument("--empty", required=True, help="a file: METRIC  REASON a line")
    parser.add_argument("root")
    parser.add_argument("rules")
    parser.add_argument("boards", nargs="+")
    args = parser.parse_args()

    with open(args.empty) as text:
        may = [line.split(None, 1)[0] for line in text if line.strip() and not line.startswith("#")]
    loaded = [rule for group in ask(args.root, "rules")["groups"] for rule in group["rules"]]
    ill = [f"{rule['name']}: {rule['health']} {rule.get('lastError', '')}" for rule in loaded if rule["health"] not in ("ok", "unknown")]
    with open(args.rules) as text:
        if len(loaded) != len(re.findall(r"- (?:alert|record):", text.read())):
            ill.append(f"{len(loaded)} rules are loaded, which is not all")
    empty, count = [], 0
    for of, query in [*board_queries(args.boards, args.interval), *rule_queries(loaded)]:
        count += 1
        if not has_data(ask(args.root, "query", query=query)["result"]):
            excused = any(re.search(rf"\b{re.escape(name)}(?![a-z0-9_])", query) for name in may)
            empty.append(f"{'on the list' if excused else 'NO DATA'}: {of}: {query}")
    print("\n".join(empty))
    print(f"{count} queries of dashboards and {len(loaded)} rules are answered, {len(empty)} of them with no data")
    ill += [line for line in empty if line.startswith("NO DATA")]
    if ill:
        sys.exit("\n".join(["ill:"] + ill))


main()
