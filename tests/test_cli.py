"""The command line: what it prints, what it hands to the site, how it refuses."""

import errno
import importlib.util
import socket
import subprocess
import sys
from types import ModuleType

import pytest

import scalekit
from scalekit.cli import UI_PACKAGES, main


class Site(ModuleType):
    """A stand-in for the served site that keeps what it is asked for."""

    def __init__(self):
        super().__init__("scalekit_widgets.site")
        self.calls = []
        self.error = None

    def app_names(self):
        return ["training", "inference"]

    def serve(self, apps, port, address, num_procs, websocket_origins):
        self.calls.append((apps, port, address, num_procs, websocket_origins))
        if self.error is not None:
            raise self.error


@pytest.fixture
def site(monkeypatch):
    fake = Site()
    monkeypatch.setitem(sys.modules, "scalekit_widgets.site", fake)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    return fake


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def taken_port():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def refusal(arguments, capsys):
    """Run a command that must be refused; return its one line."""
    try:
        status = main(arguments)
    except SystemExit as stop:
        status = stop.code
    printed = capsys.readouterr()
    assert status == 2
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "Traceback" not in printed.err
    return printed.err


def test_version(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"scalekit {scalekit.__version__}\n"


def test_serves_all_apps_by_default(site, free_port, capsys):
    assert main(["serve", "--port", str(free_port)]) == 0
    assert site.calls == [
        (
            ["training", "inference"],
            free_port,
            "localhost",
            1,
            [f"localhost:{free_port}", f"127.0.0.1:{free_port}"],
        )
    ]
    printed = capsys.readouterr()
    assert printed.out == f"scalekit is at http://localhost:{free_port}/ (Ctrl+C stops it)\n"
    assert printed.err == ""


def test_hands_its_options_to_the_site(site, free_port):
    arguments = ["serve", "training", "training", "--port", str(free_port), "--num-procs", "2"]
    arguments += ["--address", "127.0.0.1"]
    arguments += ["--allow-websocket-origin", "lab.example:80", "--allow-websocket-origin", "*"]
    assert main(arguments) == 0
    assert site.calls == [(["training"], free_port, "127.0.0.1", 2, ["lab.example:80", "*"])]


@pytest.mark.parametrize("address", ["0.0.0.0", ""])
def test_every_network_prints_a_name_that_opens(site, free_port, capsys, address):
    assert main(["serve", "--port", str(free_port), "--address", address]) == 0
    host = socket.gethostname()
    printed = capsys.readouterr()
    assert f"http://{host}:{free_port}/" in printed.out
    assert "--allow-websocket-origin" in printed.err
    origins = site.calls[0][-1]
    assert {f"{host}:{free_port}", f"localhost:{free_port}"} <= set(origins)


def test_interrupting_ends_quietly(site, free_port, capsys):
    site.error = KeyboardInterrupt()
    assert main(["serve", "--port", str(free_port)]) == 0
    assert capsys.readouterr().err == "\n"


def test_unknown_app_names_the_nearest(site, free_port, capsys):
    line = refusal(["serve", "trainig", "--port", str(free_port)], capsys)
    assert "'trainig' (did you mean 'training'?)" in line
    assert "training, inference" in line
    assert site.calls == []


@pytest.mark.parametrize("port", ["0", "-1", "65536", "http", "5006.5", ""])
def test_bad_port(port, site, capsys):
    line = refusal(["serve", f"--port={port}"], capsys)
    assert f"the port is {port!r}" in line
    assert "from 1 to 65535" in line


def test_bad_number_of_processes(site, capsys):
    assert "number of processes is '-2'" in refusal(["serve", "--num-procs=-2"], capsys)


@pytest.mark.parametrize("origin", ["http://lab.example", "lab.example/training", " "])
def test_bad_origin(origin, site, capsys):
    line = refusal(["serve", f"--allow-websocket-origin={origin}"], capsys)
    assert repr(origin) in line
    assert "host:port" in line


def test_port_in_use(site, taken_port, capsys):
    line = refusal(["serve", "--address", "127.0.0.1", "--port", str(taken_port)], capsys)
    assert f"port {taken_port} is in use" in line
    assert "--port" in line
    assert site.calls == []


def test_port_taken_while_starting(site, free_port, capsys):
    site.error = OSError(errno.EADDRINUSE, "Address already in use")
    assert main(["serve", "--port", str(free_port)]) == 2
    assert f"port {free_port} is in use" in capsys.readouterr().err


def test_other_failures_of_the_site_are_not_hidden(site, free_port):
    site.error = OSError(errno.EMFILE, "Too many open files")
    with pytest.raises(OSError, match="Too many open files"):
        main(["serve", "--port", str(free_port)])


def test_address_of_another_machine(site, free_port, capsys):
    # 192.0.2.0/24 is reserved for documentation: no machine has it.
    line = refusal(["serve", "--address", "192.0.2.1", "--port", str(free_port)], capsys)
    assert "'192.0.2.1' does not belong to this machine" in line


def test_address_that_is_none(site, capsys):
    line = refusal(["serve", "--address", "not an address"], capsys)
    assert "'not an address' is not known" in line


def test_without_the_apps_extra(monkeypatch, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    line = refusal(["serve"], capsys)
    assert 'pip install "scalekit[apps]"' in line
    for name in UI_PACKAGES:
        assert name in line


def test_unknown_command(capsys):
    assert "'serv'" in refusal(["serv"], capsys)


def test_no_command(capsys):
    assert "--help" in refusal([], capsys)


def test_laws_lists_every_variant_once(capsys):
    assert main(["laws"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["law", "variant", "status", "checks", "source"]
    rows = lines[1 : lines.index("")]
    facts = [scalekit.laws.facts(slug) for slug in scalekit.laws.names()]
    variants = [variant for law in facts for variant in law.variants.values()]
    assert len(rows) == len(variants)
    for row, variant in zip(rows, variants, strict=True):
        assert f" {variant.name} " in row
        assert variant.status in row
        assert row.endswith(variant.source)
    count = sum(len(variant.checks) for variant in variants)
    assert lines[-1].startswith(
        f"{len(facts)} laws, {len(variants)} variants; {count} of {count} check values come out"
    )


def test_laws_of_one_field(capsys):
    assert main(["laws", "--field", "training"]) == 0
    chosen = capsys.readouterr().out
    for slug in scalekit.laws.names("training"):
        assert slug in chosen


def test_laws_are_cut_at_the_edge_of_a_terminal(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert main(["laws"]) == 0
    rows = capsys.readouterr().out.splitlines()[:-2]
    assert max(map(len, rows)) == 60
    assert any(row.endswith("…") for row in rows)


@pytest.mark.parametrize("slug", scalekit.laws.names())
def test_all_facts_of_a_law(slug, capsys):
    assert main(["laws", slug]) == 0
    text = capsys.readouterr().out
    law = scalekit.laws.facts(slug)
    for expected in (law.title, law.answers, law.output.unit, *law.pitfalls):
        assert expected in text
    for variant in law.variants.values():
        assert variant.label in text
        assert variant.source in text
        for name in variant.coefficients:
            assert f"{name} = " in text


def test_facts_say_which_parameters_are_counted(capsys):
    assert main(["laws", "kaplan-loss"]) == 0
    assert "(counted: all but the input embedding and the output head)" in capsys.readouterr().out
    assert main(["laws", "precision-loss"]) == 0
    assert "(counted: not known from what was seen of the paper)" in capsys.readouterr().out


def test_unknown_law_names_the_nearest(capsys):
    line = refusal(["laws", "chinchila-loss"], capsys)
    assert "did you mean 'chinchilla-loss'?" in line


def test_unknown_field_names_the_nearest(capsys):
    assert "did you mean 'training'?" in refusal(["laws", "--field", "trainng"], capsys)


def test_python_m_and_a_reader_that_stops_early():
    command = [sys.executable, "-m", "scalekit", "laws"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_laws_import_no_ui():
    code = (
        "import sys\nfrom scalekit.cli import main\nmain(['laws'])\n"
        f"print('loaded:', sorted(set({UI_PACKAGES!r}) & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("loaded: []\n")
