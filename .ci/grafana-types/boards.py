"""Writes dashboards as TypeScript that says of which type each part is."""
import json
import sys

RAW = "./node_modules/@grafana/schema/dist/esm/raw/composable"
KINDS = {"timeseries": "TimeSeries", "stat": "Stat", "table": "Table", "state-timeline": "StateTimeline"}

print('import type { Dashboard, Panel, VariableModel } from "@grafana/schema";')
for kind, name in KINDS.items():
    file = f"{RAW}/{kind.replace('-', '')}/panelcfg/x/{name}PanelCfg_types.gen"
    print(f'import type {{ FieldConfig as {name}Field }} from "{file}";' if kind in ("timeseries", "state-timeline") else "")
    print(f'import type {{ Options as {name} }} from "{file}";')
# Plain is what JSON can say of a type: an enum's texts for the enum. What a type does not have is none of it.
print("""
type Plain<T> = T extends string ? `${T}` : T extends (infer U)[] ? Plain<U>[] : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
type Some<T> = { [K in keyof T]?: Some<T[K]> };
const is = <T>(value: T): T => value;
""")
for name in sys.argv[1:]:
    with open(name) as text:
        board = json.load(text)
    panels, variables = board.pop("panels"), board["templating"].pop("list")
    board["templating"]["list"] = []
    print(f"is<Plain<Dashboard>>({json.dumps(board)});")
    for variable in variables:
        print(f"is<Plain<VariableModel>>({json.dumps(variable)});")
    for panel in panels:
        kind = KINDS[panel["type"]]
        print(f"is<Some<Plain<{kind}>>>({json.dumps(panel.pop('options'))});")
        custom = panel["fieldConfig"]["defaults"].pop("custom", None)
        if custom is not None:
            print(f"is<Some<Plain<{kind}Field>>>({json.dumps(custom)});")
        print(f"is<Plain<Panel>>({json.dumps(panel)});")
