"""Opens a workbook as a spreadsheet would, with nothing but what Python has."""
import dataclasses
import io
import re
import xml.etree.ElementTree as ElementTree
import zipfile

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclasses.dataclass
class Cell:
    value: object  # str, float, or None
    style: str = "General"


def rows_of(content):
    """[[Cell]] of the one sheet, each as long as the first; formulas are refused."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert parts.testzip() is None
        styles = _styles(ElementTree.fromstring(parts.read("xl/styles.xml")))
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 1, sheets
        sheet = ElementTree.fromstring(parts.read(sheets[0]))
        shared = _shared(parts)
    assert sheet.find(f".//{NAMESPACE}f") is None, "a cell is a formula"
    found = []
    for row in sheet.iter(f"{NAMESPACE}row"):
        cells = {_column(cell.get("r")): _cell(cell, styles, shared) for cell in row.iter(f"{NAMESPACE}c")}
        width = len(found[0]) if found else max(cells) + 1
        assert max(cells, default=0) < width
        found.append([cells.get(at, Cell(None)) for at in range(width)])
    return found


def _styles(styles):
    """The number format of each cell format, in order."""
    codes = {node.get("numFmtId"): node.get("formatCode") for node in styles.iter(f"{NAMESPACE}numFmt")}
    built_in = {"0": "General", "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00"}
    return [codes.get(node.get("numFmtId"), built_in.get(node.get("numFmtId")))
            for node in styles.find(f"{NAMESPACE}cellXfs")]


def _shared(parts):
    if "xl/sharedStrings.xml" not in parts.namelist():
        return []
    return ["".join(node.itertext()) for node in ElementTree.fromstring(parts.read("xl/sharedStrings.xml"))]


def _column(reference):
    """"AB12" is 27."""
    at = 0
    for letter in re.match(r"[A-Z]+", reference)[0]:
        at = at * 26 + ord(letter) - ord("A") + 1
    return at - 1


def _cell(node, styles, shared):
    style = styles[int(node.get("s", "0"))]
    kind, value = node.get("t", "n"), node.findtext(f"{NAMESPACE}v")
    if kind == "inlineStr":
        return Cell("".join(node.find(f"{NAMESPACE}is").itertext()), style)
    if kind == "s":
        return Cell(shared[int(value)], style)
    assert kind == "n", kind
    return Cell(None if value is None else float(value), style)
