"""Draws dashboards from a Prometheus' answers, as Grafana lays them out: draw.py ROOT MOMENTS OUT [MOMENT..].

It is no Grafana: it draws what panels of these dashboards have, lines, figures, states and tables, with their thresholds and mappings.
"""
import html
import json
import math
import os
import re
import sys
import time
import urllib.parse
import urllib.request

WIDTH, CELL, RANGE, STEP = 1600, 32, 15 * 60, 15
LINES = ["#73bf69", "#f2cc0c", "#8ab8ff", "#ff780a", "#f2495c", "#5794f2", "#b877d9", "#fade2a", "#37872d", "#c4162a", "#96d98d", "#ffee52"]
COLOURS = {"green": "#1a7f4b", "orange": "#c7630d", "red": "#c4162a", "text": "#3a3d44", "blue": "#1f60c4", "yellow": "#b8950a"}
STYLE = """
body { background: #111217; color: #ccccdc; font: 12px 'Noto Sans', sans-serif; margin: 0; position: relative; }
h1 { font-size: 17px; margin: 0; padding: 10px 14px; } h1 small { color: #8e8e99; font-weight: normal; }
.panel { position: absolute; background: #181b1f; border: 1px solid #2c2f36; border-radius: 3px; overflow: hidden; box-sizing: border-box; }
.panel b { display: block; padding: 5px 8px 2px; font-weight: 500; font-size: 13px; white-space: nowrap; overflow: hidden; }
.figure { position: absolute; inset: 26px 6px 6px; border-radius: 3px; color: #fff; display: flex; align-items: center; justify-content: center; }
.legend { position: absolute; bottom: 3px; left: 8px; right: 8px; height: 28px; overflow: hidden; line-height: 14px; color: #a9abb5; }
.legend i { display: inline-block; width: 9px; height: 3px; margin: 0 4px 3px 8px; }
.none { color: #6e7079; position: absolute; inset: 40% 0 0; text-align: center; }
td, th { padding: 1px 8px; text-align: left; white-space: nowrap; }
"""


def ask(root, path, **args):
    with urllib.request.urlopen(f"{root}/api/v1/{path}?{urllib.parse.urlencode(args)}", timeout=60) as answer:
        return json.load(answer)["data"]["result"]


def written(value, unit):
    """A number in a unit of Grafana's."""
    if value is None or math.isnan(value):
        return "–"
    if unit == "percentunit":
        return f"{100 * value:.4g} %" if value > 0.5 else f"{100 * value:.2g} %"
    if unit in ("s", "dtdurations"):
        for size, name in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
            if abs(value) >= size:
                return f"{value / size:.3g} {name}"
        return f"{1000 * value:.3g} ms" if value else "0 s"
    if unit == "bytes":
        for size, name in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
            if abs(value) >= size:
                return f"{value / size:.3g} {name}"
        return f"{value:.3g} B"
    if unit == "dateTimeAsIso":
        return time.strftime("%Y-%m-%d", time.gmtime(value / 1000))
    tail = " /s" if unit == "cps" else ""
    for size, name in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / (1000 if name == 'k' else size):.3g}{name}{tail}"
    return f"{value:.3g}{tail}" if abs(value) < 1000 else f"{value:.0f}{tail}"


def shown(value, defaults):
    """What a field shows for a value: its mapping's text, or the number."""
    for mapping in defaults.get("mappings", []):
        if mapping["type"] == "range" and value is not None and mapping["options"]["from"] <= value <= mapping["options"]["to"]:
            return mapping["options"]["result"]["text"]
        if mapping["type"] == "value" and value is not None and f"{value:g}" in mapping["options"]:
            return mapping["options"][f"{value:g}"].get("text", f"{value:g}")
    if value is None:
        return defaults.get("noValue", "No data")
    return written(value, defaults.get("unit", ""))


def coloured(value, defaults):
    if value is None or math.isnan(value):
        return COLOURS["text"]
    colour = COLOURS["text"]
    for step in defaults.get("thresholds", {}).get("steps", []):
        if step["value"] is None or value >= step["value"]:
            colour = COLOURS.get(step["color"], step["color"])
    return colour


def line_colour(name, panel, i):
    """A line's colour: an override's that fits its name, or the next of the palette."""
    for override in panel["fieldConfig"]["overrides"]:
        if re.search(override["matcher"]["options"].strip("/"), name):
            fixed = override["properties"][0]["value"]["fixedColor"]
            return COLOURS.get(fixed, fixed)
    return LINES[i % len(LINES)]


def named(legend, metric):
    if not legend:
        return ", ".join(f"{k}={v}" for k, v in metric.items() if k != "__name__") or "value"
    return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda m: metric.get(m[1], ""), legend)


def drawn_series(panel, series, height, width):
    """Lines in a frame, with their axis and their legend."""
    unit = panel["fieldConfig"]["defaults"].get("unit", "")
    left, top, bottom = 62, 28, 50
    inner_w, inner_h = width - left - 10, height - top - bottom
    values = [v for _, points in series for _, v in points if not math.isnan(v) and not math.isinf(v)]
    if not values:
        return f'<div class="none">{html.escape(panel["fieldConfig"]["defaults"].get("noValue", "No data"))}</div>'
    low, high = min(values), max(values)
    low = 0 if 0 < low and unit != "dateTimeAsIso" else low
    if high == low:
        high = low + 1
    first, last = panel["range"]
    out = [f'<svg width="{width}" height="{height}" style="position:absolute;top:0;left:0">']
    for i in range(5):
        y = top + inner_h - inner_h * i / 4
        out.append(f'<line x1="{left}" x2="{left + inner_w}" y1="{y}" y2="{y}" stroke="#24272d"/>'
                   f'<text x="{left - 6}" y="{y + 4}" text-anchor="end" fill="#8e8e99" font-size="11">{html.escape(written(low + (high - low) * i / 4, unit))}</text>')
    for minutes in range(0, RANGE // 60 + 1, 3):
        x = left + inner_w * minutes * 60 / RANGE
        out.append(f'<text x="{x}" y="{top + inner_h + 14}" text-anchor="middle" fill="#8e8e99" font-size="11">-{RANGE // 60 - minutes} min</text>')
    legend = []
    for i, (name, points) in enumerate(series):
        colour = line_colour(name, panel, i)
        path, before = [], None
        for at, v in points:
            if math.isnan(v) or math.isinf(v):
                before = None
                continue
            x, y = left + inner_w * (at - first) / (last - first), top + inner_h - inner_h * (v - low) / (high - low)
            path.append(f"{'L' if before is not None and at - before <= 2 * STEP else 'M'}{x:.1f} {y:.1f}")
            before = at
        out.append(f'<path d="{" ".join(path)}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
        legend.append(f'<i style="background:{colour}"></i>{html.escape(name)}')
    return "".join(out) + "</svg>" + f'<div class="legend">{" ".join(legend)}</div>'


def drawn_states(panel, series, height, width):
    """A row of coloured stretches for each series."""
    defaults, (first, last) = panel["fieldConfig"]["defaults"], panel["range"]
    left, top = 320, 32
    row = min(30, (height - top - 26) / max(1, len(series)))
    out = [f'<svg width="{width}" height="{height}" style="position:absolute;top:0;left:0">']
    for i, (name, points) in enumerate(series):
        y = top + i * row
        out.append(f'<text x="{left - 8}" y="{y + row / 2 + 4}" text-anchor="end" fill="#ccccdc" font-size="12">{html.escape(name)}</text>')
        for at, v in points:
            x = left + (width - left - 12) * (at - first) / (last - first)
            out.append(f'<rect x="{x:.1f}" y="{y + 2}" width="{(width - left - 12) * STEP / (last - first) + 0.6:.1f}" height="{row - 4}" fill="{coloured(v, defaults)}"/>')
        if points and last - points[-1][0] <= 2 * STEP:
            out.append(f'<text x="{width - 18}" y="{y + row / 2 + 4}" text-anchor="end" fill="#fff" font-size="12">{html.escape(shown(points[-1][1], defaults))}</text>')
    return "".join(out) + "</svg>" if series else f'<div class="none">{html.escape(defaults.get("noValue", "No data"))}</div>'


def drawn(root, panel, at, width, height):
    defaults = panel["fieldConfig"]["defaults"]
    panel["range"] = (at - RANGE, at)
    series, rows = [], []
    for target in panel["targets"]:
        query = target["expr"].replace("$__rate_interval", "60s").replace("$job", ".+").replace("$instance", ".+")
        if panel["type"] == "table":
            rows += [r["metric"] for r in ask(root, "query", query=query, time=at)]
            continue
        for one in ask(root, "query_range", query=query, start=at - RANGE, end=at, step=STEP):
            series.append((named(target.get("legendFormat"), one["metric"]), [(float(t), float(v)) for t, v in one["values"]]))
    if panel["type"] == "table":
        keys = sorted({k for r in rows for k in r})
        return "<table>" + "".join(f"<th>{k}</th>" for k in keys) + "".join("<tr>" + "".join(f"<td>{html.escape(r.get(k, ''))}</td>" for k in keys) + "</tr>" for r in rows) + "</table>"
    if panel["type"] == "state-timeline":
        return drawn_states(panel, series, height, width)
    if panel["type"] != "stat":
        return drawn_series(panel, series, height, width)
    figures = []
    for _, points in series or [("", [])]:
        value = points[-1][1] if points and at - points[-1][0] <= 2 * STEP else None
        text = shown(value, defaults)
        figures.append(f'<div class="figure" style="background:{coloured(value, defaults)};font-size:{max(15, min(height / 2.6, 1.5 * width / max(4, len(text)))):.0f}px">{html.escape(text)}</div>')
    return figures[0]


def main():
    root, moments, out, *chosen = sys.argv[1:]
    with open(moments) as text:
        moments = json.load(text)
    folder = "deploy/grafana"
    for moment in moments:
        if chosen and not any(one in moment["name"] for one in chosen):
            continue
        for name in sorted(os.listdir(folder)):
            if not name.endswith(".json"):
                continue
            with open(os.path.join(folder, name)) as text:
                board = json.load(text)
            parts, bottom = [], 0
            for panel in board["panels"]:
                grid = panel["gridPos"]
                x, y, w, h = grid["x"] * WIDTH / 24 + 3, 44 + grid["y"] * CELL, grid["w"] * WIDTH / 24 - 6, grid["h"] * CELL - 6
                bottom = max(bottom, y + h)
                parts.append(f'<div class="panel" style="left:{x}px;top:{y}px;width:{w}px;height:{h}px"><b>{html.escape(panel["title"])}</b>'
                             f'{drawn(root, panel, moment["at"], w, h)}</div>')
            slug = re.sub(r"[^a-z0-9]+", "-", moment["name"].lower()).strip("-")
            page = f'<meta charset="utf-8"><style>{STYLE}</style><body data-height="{int(bottom) + 10}"><h1>{html.escape(board["title"])} <small>{html.escape(moment["name"])}</small></h1>{"".join(parts)}'
            with open(os.path.join(out, f"{slug}-{board['uid'].removeprefix('tocsin-')}.html"), "w") as file:
                file.write(page)


main()
