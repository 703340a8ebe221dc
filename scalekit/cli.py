"""The ``scalekit`` command: serve the apps, list the laws.

The apps are imported only by ``scalekit serve``; the rest runs on the core alone.
Whatever goes wrong in the user's input is one line on standard error and exit status 2.
"""

from __future__ import annotations

import argparse
import errno
import importlib.util
import os
import shutil
import socket
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import NoReturn

import scalekit
from scalekit.checks import choice
from scalekit.laws.facts import COUNTS

UI_PACKAGES = ("bokeh", "contourpy", "holoviews", "panel", "param")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
EVERYWHERE = ("", "0.0.0.0", "::")
COLUMNS = ("law", "variant", "status", "checks", "source")


class CommandError(Exception):
    """What a user can put right; its text is the line that is printed."""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, without the usage text."""

    def error(self, message: str) -> NoReturn:
        """Print `message` and leave with status 2."""
        self.exit(2, f"{self.prog}: error: {message} (see {self.prog} --help)\n")


def _port(text: str) -> int:
    return _whole("port", text, 1, 65535)


def _processes(text: str) -> int:
    return _whole("number of processes", text, 0, 1024)


def _whole(name: str, text: str, lower: int, upper: int) -> int:
    try:
        value = int(text)
    except ValueError:
        value = lower - 1
    if not lower <= value <= upper:
        raise argparse.ArgumentTypeError(
            f"the {name} is {text!r}; allowed: a whole number from {lower} to {upper}"
        )
    return value


def _origin(text: str) -> str:
    if not text.strip() or "/" in text:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not an origin; give host or host:port as in the browser's "
            "address line, or * for every host"
        )
    return text.strip()


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = _Parser(prog="scalekit", description=scalekit.__doc__.splitlines()[0])
    top.add_argument("--version", action="version", version=f"scalekit {scalekit.__version__}")
    commands = top.add_subparsers(dest="command", metavar="command", required=True)

    serve = commands.add_parser(
        "serve", help="serve the apps as web pages", description="Serve the apps as web pages."
    )
    serve.add_argument("apps", nargs="*", help="names of apps (default: all of them)")
    serve.add_argument("--port", type=_port, default=5006, help="default: %(default)s")
    serve.add_argument(
        "--address",
        default="localhost",
        help="address to listen on; 0.0.0.0 is every network (default: %(default)s)",
    )
    serve.add_argument(
        "--num-procs",
        type=_processes,
        default=1,
        help="server processes; 0 is one for each core (default: %(default)s)",
    )
    serve.add_argument(
        "--allow-websocket-origin",
        dest="origins",
        metavar="HOST[:PORT]",
        type=_origin,
        action="append",
        default=[],
        help="name under which browsers reach the server, if it is not the address; repeatable",
    )
    serve.set_defaults(run=serve_apps)

    laws = commands.add_parser(
        "laws",
        help="list the laws, or all facts of one",
        description="List the laws, or all facts of one.",
    )
    laws.add_argument("slug", nargs="?", help="name of a law, for all its facts")
    laws.add_argument("--field", help="only the laws of this field")
    laws.add_argument(
        "--table",
        choices=("markdown", "html"),
        help="the table of all laws as a page: answer, source, inputs, range, status, checks",
    )
    laws.set_defaults(run=show_laws)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after ``scalekit``; those of the process if not given.

    Returns
    -------
    int
        0, or 2 if something in the arguments has to be put right.
    """
    options = parser().parse_args(arguments)
    try:
        options.run(options)
        sys.stdout.flush()
    except CommandError as problem:
        print(f"scalekit: error: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(file=sys.stderr)
    except BrokenPipeError:
        # The reader (a pager, head) has enough. Python flushes once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def serve_apps(options: argparse.Namespace) -> None:
    """Serve the chosen apps until the process is interrupted."""
    site = _site()
    names = site.app_names()
    try:
        apps = [choice("app", name, names) for name in dict.fromkeys(options.apps)] or names
    except ValueError as problem:
        raise CommandError(str(problem)) from None
    _check_free(options.address, options.port)
    host = options.address
    local = [f"{name}:{options.port}" for name in ("localhost", "127.0.0.1")]
    if host in EVERYWHERE:
        host = socket.gethostname()
    host = f"[{host}]" if ":" in host else host
    origins = options.origins
    if not origins:
        origins = list(dict.fromkeys([f"{host}:{options.port}", *local]))
        if options.address not in LOOPBACK:
            print(
                f"scalekit: browsers may open it as {', '.join(origins)}; "
                "other names need --allow-websocket-origin",
                file=sys.stderr,
            )
    print(f"scalekit is at http://{host}:{options.port}/ (Ctrl+C stops it)", flush=True)
    try:
        site.serve(apps, options.port, options.address, options.num_procs, origins)
    except OSError as problem:
        if problem.errno != errno.EADDRINUSE:
            raise
        raise CommandError(_in_use(options.port)) from None


def _site() -> ModuleType:
    """Import the apps, or say how to install what they need."""
    missing = [name for name in UI_PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise CommandError(
            f"the apps need {', '.join(missing)}, not installed here; "
            'run: pip install "scalekit[apps]"'
        )
    return importlib.import_module("scalekit_widgets.site")


def _in_use(port: int) -> str:
    return f"port {port} is in use; choose another with --port, such as --port {port % 65535 + 1}"


def _check_free(address: str, port: int) -> None:
    """Raise `CommandError` unless the server will be able to listen there."""
    try:
        found = socket.getaddrinfo(
            address or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (OSError, UnicodeError):
        raise CommandError(f"the address {address!r} is not known on this machine") from None
    problem: OSError | None = None
    bound = False
    for family, kind, protocol, _, where in found:
        try:
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind(where)
                bound = True
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(_in_use(port)) from None
            if error.errno == errno.EACCES:
                raise CommandError(
                    f"port {port} is reserved for administrators; choose one above 1023"
                ) from None
            problem = error
    if not bound:
        # localhost is often two addresses of which one does not exist; none is an error.
        raise CommandError(f"the address {address!r} does not belong to this machine") from problem


def show_laws(options: argparse.Namespace) -> None:
    """Print the table of laws, or the facts of one."""
    laws = scalekit.laws
    try:
        if options.table is not None:
            slugs = laws.names(options.field) if options.slug is None else [options.slug]
            write = {"markdown": laws.table.page, "html": laws.table.as_html}[options.table]
            text = write(laws.table.rows(slugs)).rstrip()
        elif options.slug is not None:
            text = _facts_text(laws.facts(options.slug))
        else:
            text = _table([laws.facts(slug) for slug in laws.names(options.field)])
    except ValueError as problem:
        raise CommandError(str(problem)) from None
    print(text)


def _table(every: Sequence[scalekit.laws.LawFacts]) -> str:
    """Lay the laws out in columns, one variant a line, cut at the edge of a terminal."""
    rows = [COLUMNS]
    for law in every:
        for name, variant in law.variants.items():
            rows.append(
                (
                    law.slug if name == next(iter(law.variants)) else "",
                    name + (" *" if name == law.default and len(law.variants) > 1 else ""),
                    variant.status,
                    str(len(variant.checks)),
                    f"{variant.paper.short}: {variant.source}",
                )
            )
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    edge = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    if edge:
        lines = [line if len(line) <= edge else line[: edge - 1] + "…" for line in lines]
    counts = scalekit.laws.table.summary(scalekit.laws.table.rows(law.slug for law in every))
    lines += ["", f"{counts}. * marks the default. All facts of one: scalekit laws <law>"]
    return "\n".join(lines)


def _facts_text(law: scalekit.laws.LawFacts) -> str:
    """Everything that is known about a law, as text."""
    lines = [
        f"{law.slug}: {law.title} ({law.year})",
        law.answers,
        "",
        f"field    {law.field}",
        f"default  {law.default}",
        f"formula  {law.formula}",
        f"output   {law.output.symbol} [{law.output.unit}] {law.output.meaning}",
        "",
        "inputs",
    ]
    inputs = [
        (name, q.unit, q.meaning + _counts(q) + _left_out(q)) for name, q in law.inputs.items()
    ]
    wide = [max((len(row[i]) for row in inputs), default=0) for i in range(2)]
    lines += [
        f"  {name.ljust(wide[0])}  {unit.ljust(wide[1])}  {meaning}".rstrip()
        for name, unit, meaning in inputs
    ]
    for variant in law.variants.values():
        lines += ["", f"variant {variant.name}: {variant.label}", *_variant_lines(variant)]
    if law.pitfalls:
        lines += ["", "pitfalls", *(f"  - {text}" for text in law.pitfalls)]
    return "\n".join(lines)


def _counts(quantity: scalekit.laws.Quantity) -> str:
    """Say which parameters of a model an input counts."""
    words = COUNTS.get(quantity.counts)
    return f" (counted: {words})" if words else ""


def _left_out(quantity: scalekit.laws.Quantity) -> str:
    """Say in brackets what holds where an input is left out of a call."""
    if quantity.default is not None:
        return f" ({quantity.default:g} if left out)"
    if quantity.optional:
        return " (may be left out)"
    return " (a coefficient: needed where the variant has none)" if quantity.coefficient else ""


def _variant_lines(variant: scalekit.laws.VariantFacts) -> list[str]:
    """Receipts and numbers of one variant, a line each."""
    rows = [
        ("status", variant.status),
        ("paper", f"{variant.paper.title}, {variant.paper.short}"),
        ("source", variant.source),
        ("coefficients", _numbers(variant.coefficients)),
        ("standard errors", _numbers(variant.standard_errors)),
    ]
    for name, span in variant.domain.items():
        kind = "fitted range" if span.fitted else "slider range"
        note = f" ({span.note})" if span.note else ""
        rows.append((kind, f"{name} from {span.lower:g} to {span.upper:g}{note}"))
    rows += [("check values", str(len(variant.checks))), ("note", variant.note)]
    return [f"  {key.ljust(15)}  {text}" for key, text in rows if text]


def _numbers(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} = {value:.10g}" for name, value in values.items())
