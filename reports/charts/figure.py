"""Prints chart descriptions as Plotly figures: plain dictionaries that hold what is shown and nothing else.

Places on the axes are whole positions, as on the pages that are drawn without scripts, so that a figure never
says more than the printed number. What is hidden is an empty place under a hatch: it has no value anywhere.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from reports.charts import theme
from reports.charts.spec import HeatChart, LegendEntry, Mark, Point, PointChart, Row, RowChart, Span
from reports.charts.web import position

Paint = Callable[[str], str]
"""From a colour role to a colour."""
Trace = dict[str, Any]
FigureDict = dict[str, Any]

SYMBOLS = {
    "dot": "circle",
    "square": "square",
    "ring": "circle-open",
    "triangle": "triangle-up",
    "diamond": "diamond",
    "tick": "line-ns-open",
    "cross": "x",
    "faint": "circle-open",
}
SPAN_WIDTHS = {"interval": 2, "peers": 14, "gap_clear": 4, "gap_chance": 3}
ROW_HEIGHT, HEAT_ROW_HEIGHT = 44, 40
MARGIN = {"l": 8, "r": 8, "t": 44, "b": 56}
"""Pixels around the plot; below stands a key of one line, for which a narrow screen makes more room."""


def figure_of(chart: RowChart | HeatChart | PointChart, *, paint: Paint = theme.colour) -> FigureDict:
    """Return a chart as a Plotly figure, checked by Plotly's own classes, as plain values that are JSON.

    `paint` colours roles: with `theme.colour` the figure is light and stands alone, with `theme.variable` it
    names the style sheet's tokens, which the page's script looks up.
    """
    if isinstance(chart, RowChart):
        traces, layout = _rows(chart, paint)
    elif isinstance(chart, HeatChart):
        traces, layout = _heat(chart, paint)
    else:
        traces, layout = _points(chart, paint)
    layout = {**_common(chart, paint), **layout}
    return _checked(*(_mirrored(traces, layout) if get_language_bidi() else (traces, layout)))


def _mirrored(traces: Sequence[Trace], layout: dict[str, Any]) -> tuple[list[Trace], dict[str, Any]]:
    """Return the figure for a page from right to left: 0 at the right, rows named there, values at the left."""
    start, end = layout["xaxis"]["range"]
    margin = layout["margin"]
    return [{**trace, "textposition": "top left"} if "textposition" in trace else trace for trace in traces], {
        **layout,
        "xaxis": {**layout["xaxis"], "range": [end, start]},
        "yaxis": {**layout["yaxis"], "side": "right"},
        "margin": {**margin, "l": margin["r"], "r": margin["l"]},
        "legend": {**layout["legend"], "x": 1, "xanchor": "right"},
        "hoverlabel": {**layout["hoverlabel"], "align": "right"},
        "annotations": [
            {**note, "x": 1 - note["x"], "xanchor": "right"} if note.get("xref") == "paper" else note
            for note in layout.get("annotations", [])
        ],
    }


def _checked(traces: Sequence[Trace], layout: dict[str, Any]) -> FigureDict:
    import plotly.graph_objects as go  # noqa: PLC0415  takes up to a second, and only explore pages need it

    figure: FigureDict = go.Figure(data=list(traces), layout=layout).to_plotly_json()
    # The default template is 7 KB of colours that nothing here uses.
    figure["layout"].pop("template", None)
    return figure


def _common(chart: RowChart | HeatChart | PointChart, paint: Paint) -> dict[str, Any]:
    return {
        "font": {"color": paint("text"), "size": 14},
        "paper_bgcolor": paint("card"),
        "plot_bgcolor": paint("card"),
        "margin": MARGIN,
        "hoverlabel": {
            "bgcolor": paint("card"),
            "bordercolor": paint("grid"),
            "font": {"color": paint("text")},
            "align": "left",
        },
        "modebar": {
            "bgcolor": paint("card"),
            "color": paint("note"),
            "activecolor": paint("text"),
            "orientation": "h",
        },
        "legend": {"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"},
        "hovermode": "closest",
        "meta": {"key": chart.key, "title": chart.title, "caption": chart.caption, "alt": chart.alt},
    }


def plain(text: str) -> str:
    """Return `text` such that Plotly, which reads some HTML in texts, shows it as it is."""
    return html.escape(text, quote=False)


def _score_axis(edges: Sequence[float], paint: Paint) -> dict[str, Any]:
    """Return the one axis 0 to 100, never cropped at first, with its lines where levels start."""
    places = [*(position(edge, ()) for edge in edges if edge > 0), 100]
    return {
        "range": [0, 100],
        "tickmode": "array",
        "tickvals": [0, *places],
        "gridcolor": paint("grid"),
        "zeroline": False,
        "ticks": "",
        "linecolor": paint("grid"),
        "tickfont": {"color": paint("note"), "size": 12},
    }


def _label_axis(labels: Sequence[str], *, room: float = 0.5) -> dict[str, Any]:
    """Return the axis of rows, the first on top, with a label for each."""
    count = len(labels)
    return {
        "range": [count - 1 + room, -room],
        "tickmode": "array",
        "tickvals": list(range(count)),
        "ticktext": [plain(label) for label in labels],
        "automargin": True,
        "ticks": "",
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }


# -- rows ------------------------------------------------------------------------------------------


def _rows(chart: RowChart, paint: Paint) -> tuple[list[Trace], dict[str, Any]]:
    marks = _mark_traces(chart, paint)
    traces = [*_hidden_rows(chart.rows, paint), *_span_traces(chart, paint), *marks]
    has_values = any(row.value for row in chart.rows)
    return traces, {
        "xaxis": _score_axis(chart.edges, paint),
        "yaxis": _label_axis([row.label for row in chart.rows], room=0.6),
        "annotations": [*_level_names(chart, paint), *_row_texts(chart.rows, paint)],
        "barmode": "overlay",
        "showlegend": True,
        "height": 136 + ROW_HEIGHT * len(chart.rows),
        "margin": {**MARGIN, "r": 132 if has_values else 24, "t": 64, "b": 72},
    }


def _level_names(chart: RowChart, paint: Paint) -> list[dict[str, Any]]:
    """Return each level's name above the middle of its band; nothing for an axis without names."""
    ends = [*chart.edges[1:], 100]
    return [
        {
            "name": "level",
            "text": plain(name),
            "x": (position(start, ()) + position(end, ())) / 2,
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "showarrow": False,
            "font": {"color": paint("note"), "size": 12},
        }
        for name, start, end in zip(chart.levels, chart.edges, ends, strict=bool(chart.levels))
    ]


def _row_texts(rows: Sequence[Row], paint: Paint) -> list[dict[str, Any]]:
    """Return the number and the note that stand at the end of a row."""
    return [
        {
            "name": "value",
            "text": plain("  ".join(filter(None, (row.value, row.note)))),
            "x": 1.01,
            "xref": "paper",
            "xanchor": "left",
            "y": place,
            "showarrow": False,
            "font": {"color": paint("text"), "size": 13},
        }
        for place, row in enumerate(rows)
        if not row.is_hidden and (row.value or row.note)
    ]


def _hidden_rows(rows: Sequence[Row], paint: Paint) -> list[Trace]:
    places = [(0.0, 100.0, place, plain(row.alt)) for place, row in enumerate(rows) if row.is_hidden]
    return [_hatch(places, 0.4, paint)] if places else []


def _hatch(places: Sequence[tuple[float, float, float, str]], thickness: float, paint: Paint) -> Trace:
    """Return hatched fields, each as (start, length, row, words)."""
    return {
        "type": "bar",
        "orientation": "h",
        "name": _("hidden"),
        "base": [start for start, _length, _row, _words in places],
        "x": [length for _start, length, _row, _words in places],
        "y": [row for _start, _length, row, _words in places],
        "width": thickness,
        "hovertext": [words for _start, _length, _row, words in places],
        "hoverinfo": "text",
        "marker": {
            "color": paint("card"),
            "line": {"width": 0},
            "pattern": {"shape": "/", "fgcolor": paint("hidden"), "bgcolor": paint("card"), "size": 7, "solidity": 0.2},
        },
        "showlegend": True,
    }


def _span_traces(chart: RowChart, paint: Paint) -> list[Trace]:
    """Return one trace of separate lines for each kind of span, the palest at the back."""
    traces = []
    for role in sorted({span.role for row in chart.rows for span in row.spans}, key=lambda role: role != "peers"):
        xs: list[float | None] = []
        ys: list[float | None] = []
        words: list[str | None] = []
        for place, row in enumerate(chart.rows):
            for span in row.spans:
                if span.role == role:
                    xs += [position(span.low, chart.edges), position(span.high, chart.edges), None]
                    ys += [place, place, None]
                    words += [plain(row.alt), plain(row.alt), None]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": plain(_legend_label(chart.legend, role) or role),
                "x": xs,
                "y": ys,
                "hovertext": words,
                "hoverinfo": "text",
                "line": {"color": paint(role), "width": SPAN_WIDTHS[role]},
                "showlegend": True,
            }
        )
    return traces


def _mark_traces(chart: RowChart, paint: Paint) -> list[Trace]:
    """Return one trace for each shape and series, joined by a thin line where it is one of several organisations."""
    kinds = dict.fromkeys((mark.kind, mark.series, mark.label) for row in chart.rows for mark in row.marks)
    joined = any(mark.series for row in chart.rows for mark in row.marks)
    traces = []
    # What is faint lies under what has a colour.
    for kind, series, label in sorted(kinds, key=lambda one: one[0] != "faint"):
        found = [
            next((m for m in row.marks if (m.kind, m.series, m.label) == (kind, series, label)), None)
            for row in chart.rows
        ]
        colour = paint(f"series:{series}" if series else kind)
        entry = "" if kind == "faint" else _legend_label(chart.legend, f"{kind}:{series}" if series else kind)
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers" if joined and series else "markers",
                "name": plain(entry or label),
                "x": [None if mark is None else position(mark.at, chart.edges) for mark in found],
                "y": list(range(len(found))),
                "hovertext": [_words(mark, row) for mark, row in zip(found, chart.rows, strict=True)],
                "hoverinfo": "text",
                "connectgaps": False,
                "line": {"color": colour, "width": 1},
                "marker": _marker(kind, colour, paint),
                "cliponaxis": False,
                "showlegend": True,
                # Plotly's own rank is 1000: what has a colour stands first in the key.
                "legendrank": 1001 if kind == "faint" else 1000,
            }
        )
    return traces


def _words(mark: Mark | None, row: Row) -> str | None:
    """Return what a mark says when it is pointed at; nothing where there is none."""
    if mark is None:
        return None
    return (
        plain(row.alt) if not mark.series and mark.kind != "faint" else plain(f"{mark.label}: {row.label} {mark.words}")
    )


def _marker(kind: str, colour: str, paint: Paint) -> dict[str, Any]:
    is_line = SYMBOLS[kind].endswith("-open")
    line = {"width": 2, "color": colour} if is_line else {"width": 1, "color": paint("card")}
    return {"symbol": SYMBOLS[kind], "size": 9 if kind == "faint" else 12, "color": colour, "line": line}


def _legend_label(legend: Sequence[LegendEntry], role: str) -> str:
    return next((entry.label for entry in legend if entry.role == role), "")


# -- heatmap ---------------------------------------------------------------------------------------


def _heat(chart: HeatChart, paint: Paint) -> tuple[list[Trace], dict[str, Any]]:
    hidden = [
        (column - 0.47, 0.94, row, _cell_words(chart, row, column))
        for row, one in enumerate(chart.rows)
        for column, cell in enumerate(one.cells)
        if cell.is_hidden
    ]
    traces = [_colours(chart, paint), _numbers(chart, paint), *_colour_key(chart, paint)]
    if hidden:
        traces.append(_hatch(hidden, 0.92, paint))
    labels = [f"{row.label} ({row.note})" if row.note else row.label for row in chart.rows]
    return traces, {
        "xaxis": {
            "range": [-0.5, len(chart.columns) - 0.5],
            "side": "top",
            "tickmode": "array",
            "tickvals": list(range(len(chart.columns))),
            "ticktext": [plain(column.label) for column in chart.columns],
            "tickangle": 0,
            "automargin": True,
            "ticks": "",
            "showgrid": False,
            "zeroline": False,
        },
        "yaxis": {**_label_axis(labels), "fixedrange": False},
        "shapes": _whole_lines(chart, paint),
        "barmode": "overlay",
        "showlegend": True,
        # The key explains colours here; pressing it could hide nothing.
        "legend": {**_common(chart, paint)["legend"], "itemclick": False, "itemdoubleclick": False},
        "height": 150 + HEAT_ROW_HEIGHT * len(chart.rows),
        "meta": {
            **_common(chart, paint)["meta"],
            # A narrow screen prints these above the columns.
            "short": [plain(column.short_label or column.label) for column in chart.columns],
        },
    }


def _whole_lines(chart: HeatChart, paint: Paint) -> list[dict[str, Any]]:
    """Return the heavy line below the whole organisation."""
    return [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": row + 0.5,
            "y1": row + 0.5,
            "line": {"color": paint("text"), "width": 2},
        }
        for row, one in enumerate(chart.rows)
        if one.is_whole
    ]


def _colours(chart: HeatChart, paint: Paint) -> Trace:
    """Return the coloured cells: levels 1 to 5, or steps -3 to 3 for differences. Absent cells stay empty."""
    is_change = any(entry.role in {"rise", "fall"} for entry in chart.legend)
    low, high, role = (-3, 3, "step") if is_change else (1, 5, "level")
    count = high - low + 1
    colours = [paint(f"{role}:{number}") for number in range(low, high + 1)]
    scale = [[(place + end) / count, colour] for place, colour in enumerate(colours) for end in (0, 1)]
    return {
        "type": "heatmap",
        "name": plain(chart.title),
        "z": [
            [
                None
                if cell.is_hidden or cell.is_empty
                else cell.level
                if not is_change
                else cell.step
                if cell.step
                else None
                for cell in row.cells
            ]
            for row in chart.rows
        ],
        "hovertext": [
            [_cell_words(chart, row, column) for column in range(len(chart.columns))] for row in range(len(chart.rows))
        ],
        "hoverinfo": "text",
        "hoverongaps": True,
        "zmin": low - 0.5,
        "zmax": high + 0.5,
        "colorscale": scale,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "showlegend": False,
    }


def _colour_key(chart: HeatChart, paint: Paint) -> list[Trace]:
    """Return an entry of the key for each colour, as traces without a place."""
    roles = {"rise": "step:2", "fall": "step:-2"}
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": plain(entry.label),
            "x": [None],
            "y": [None],
            "marker": {
                "symbol": "square",
                "size": 14,
                "color": paint(roles.get(entry.role, entry.role)),
                "line": {"width": 1, "color": paint("faint")},
            },
            "hoverinfo": "skip",
            "showlegend": True,
        }
        for entry in chart.legend
        if entry.role != "hidden"
    ]


def _cell_words(chart: HeatChart, row: int, column: int) -> str:
    cell = chart.rows[row].cells[column]
    return plain(f"{chart.rows[row].label}, {chart.columns[column].label}: {cell.alt}")


def _numbers(chart: HeatChart, paint: Paint) -> Trace:
    """Return the printed text of every cell that has one, in the colour that can be read on it."""
    shown = [
        (column, row, cell)
        for row, one in enumerate(chart.rows)
        for column, cell in enumerate(one.cells)
        if cell.value and not cell.is_hidden
    ]
    colours = [
        paint(f"on_level:{cell.level}" if cell.level else f"on_step:{cell.step}" if cell.step else "text")
        for _column, _row, cell in shown
    ]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [column for column, _row, _cell in shown],
        "y": [row for _column, row, _cell in shown],
        "text": [plain(cell.value) for _column, _row, cell in shown],
        "textfont": {"color": colours, "size": 14},
        "hoverinfo": "skip",
        "showlegend": False,
    }


# -- two axes --------------------------------------------------------------------------------------


def _points(chart: PointChart, paint: Paint) -> tuple[list[Trace], dict[str, Any]]:
    equal = {
        "type": "scatter",
        "mode": "lines",
        "name": plain(chart.equal_label),
        "x": [0, 100],
        "y": [0, 100],
        "line": {"color": paint("note"), "width": 1, "dash": "dash"},
        "hoverinfo": "skip",
        "showlegend": True,
    }
    few = [point for point in chart.points if point.series]
    many = [point for point in chart.points if not point.series]
    traces = [equal]
    if many:
        name = _("other organisations") if few else _("organisations")
        traces.append(_cloud(chart, many, name, paint, named=False))
    traces += [_cloud(chart, [point], plain(point.label), paint, named=True) for point in few]
    axis = {**_score_axis(chart.edges, paint), "constrain": "domain", "automargin": True}
    return traces, {
        "xaxis": {**axis, "title": {"text": plain(chart.x_label)}},
        # A square: the line of equal scores is a diagonal.
        "yaxis": {**axis, "title": {"text": plain(chart.y_label)}, "scaleanchor": "x"},
        "showlegend": True,
        "height": 620,
        "margin": {**MARGIN, "r": 24, "b": 96},
    }


def _cloud(chart: PointChart, points: Sequence[Point], name: str, paint: Paint, *, named: bool) -> Trace:
    """Return points of one look, with their intervals as thin bars."""
    first = points[0]
    colour = paint(f"series:{first.series}" if first.series else first.kind)
    return {
        "type": "scatter",
        "mode": "markers+text" if named else "markers",
        "name": name,
        "x": [position(point.x, chart.edges) for point in points],
        "y": [position(point.y, chart.edges) for point in points],
        "error_x": _bars([(point.x, point.x_span) for point in points], chart.edges, colour),
        "error_y": _bars([(point.y, point.y_span) for point in points], chart.edges, colour),
        "hovertext": [plain(point.alt) for point in points],
        "hoverinfo": "text",
        "text": [plain(point.label) for point in points],
        "textposition": "top right",
        "textfont": {"color": paint("text")},
        "marker": _marker(first.kind, colour, paint),
        "cliponaxis": False,
        "showlegend": True,
    }


def _bars(values: Sequence[tuple[float, Span | None]], edges: Sequence[float], colour: str) -> dict[str, Any]:
    """Return how far each interval reaches to both sides of its point; nothing where none is known."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [max(0, position(span.high, edges) - position(at, edges)) if span else 0 for at, span in values],
        "arrayminus": [max(0, position(at, edges) - position(span.low, edges)) if span else 0 for at, span in values],
        "color": colour,
        "thickness": 1,
        "width": 0,
    }
