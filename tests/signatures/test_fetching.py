"""Lists from configured addresses: what is fetched, what is not, and when again."""

import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pytest

from core.jobs.models import Job
from core.jobs.tasks import run_job
from signatures import actions, checks, fetching, tasks
from signatures.actions import fetching as by_clock
from signatures.fetching import FetchProblem, fetch, is_public
from signatures.models import FetchAddress, RevocationList, RevokedSerial, TrustedCertificate, TrustListImport
from tests.signatures.test_trust_lists import Accredited
from tests.signatures.tsl_files import trust_list

MB = 1024 * 1024


class Site:
    """A server on this machine: ``answers`` by path are bytes, a status, or a function of the handler; ``asked`` are paths."""

    def __init__(self):
        self.answers, self.asked = {}, []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append(self.path)
                answer = site.answers.get(self.path, 404)
                if callable(answer):
                    answer(self)
                elif isinstance(answer, int):
                    self.send_error(answer)
                else:
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def redirect(self, path, to):
        def answer(handler):
            handler.send_response(302)
            handler.send_header("Location", to)
            handler.end_headers()

        self.answers[path] = answer


@pytest.fixture
def site(settings):
    settings.SIGNATURE_FETCH_PRIVATE = True
    made = Site()
    yield made
    made.server.shutdown()
    made.server.server_close()


def problem(url, **changes):
    with pytest.raises(FetchProblem) as caught:
        fetch(url, **({"most": MB} | changes)).close()
    assert caught.value.text.endswith(".")
    return caught.value.text


# ---- one fetch


def test_a_file_comes_whole(site):
    site.answers["/%D1%83%D1%86/1.crl?a=%20b"] = b"x" * 300_000
    seen = []
    with fetch(f"{site.url}/уц/1.crl?a= b", most=MB, on_progress=seen.append) as body:
        assert body.read() == b"x" * 300_000
    assert seen[-1] == 300_000
    assert seen == sorted(seen)


def test_redirects_are_followed_a_few_times(site):
    site.answers["/end"] = b"here"
    site.redirect("/3", "/end")
    site.redirect("/2", f"{site.url}/3")
    site.redirect("/1", "/2")
    site.redirect("/0", "/1")
    with fetch(f"{site.url}/1", most=MB) as body:
        assert body.read() == b"here"
    assert "больше 3 раз" in problem(f"{site.url}/0")
    site.redirect("/loop", "/loop")
    assert "больше 3 раз" in problem(f"{site.url}/loop")


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://x/", "http://user:word@127.0.0.1/", "https://:443/x", "gopher:1"]
)
def test_a_redirect_elsewhere_is_not_followed(site, to):
    site.redirect("/away", to)
    assert "только с адресов http и https" in problem(f"{site.url}/away")
    assert "только с адресов http и https" in problem(to)


def test_the_trust_list_stays_on_https(site):
    assert "только по HTTPS" in problem(f"{site.url}/x", only_https=True)
    assert not site.asked


def test_answers_that_are_not_taken(site, settings):
    site.answers["/empty"] = b""
    site.answers["/large"] = b"x" * (MB + 1)
    site.answers["/broken"] = 500

    def short(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"half")

    def nonsense(handler):
        handler.wfile.write(b"SSH-2.0-OpenSSH\r\n\r\n")

    site.answers["/short"] = short
    site.answers["/nonsense"] = nonsense
    assert "пустой файл" in problem(f"{site.url}/empty")
    assert "больше 1 МБ" in problem(f"{site.url}/large")
    assert "кодом 500" in problem(f"{site.url}/broken")
    assert "кодом 404" in problem(f"{site.url}/missing")
    assert "оборван или не похож" in problem(f"{site.url}/short")
    assert "оборван или не похож" in problem(f"{site.url}/nonsense")
    assert "отказал в соединении" in problem("http://127.0.0.1:1/")
    assert "Имя сервера не найдено" in problem("http://no-such-name.invalid/")


@pytest.mark.parametrize("where", ["headers", "body"])
def test_what_drips_in_is_cut(site, settings, where):
    settings.SIGNATURE_FETCH_SECONDS = 0.6
    stop = threading.Event()

    def drip(handler):
        if where == "body":
            handler.send_response(200)
            handler.end_headers()
        else:
            handler.wfile.write(b"HTTP/1.0 200 OK\r\n")
        while not stop.wait(0.05):
            try:
                handler.wfile.write(b"x")
            except OSError:
                return

    site.answers["/drip"] = drip
    started = time.monotonic()
    assert problem(f"{site.url}/drip").startswith(("Файл приходит слишком медленно", "Сервер не ответил вовремя"))
    stop.set()
    assert time.monotonic() - started < 5


def test_machines_of_this_network_are_not_asked(site, settings):
    settings.SIGNATURE_FETCH_PRIVATE = False
    site.answers["/x"] = b"secret"
    port = site.server.server_port
    for host in ("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "127.1"):
        assert "внутреннюю сеть" in problem(f"http://{host}:{port}/x"), host
    assert not site.asked


def test_a_public_name_that_resolves_to_this_network_is_not_asked(site, settings, monkeypatch):
    settings.SIGNATURE_FETCH_PRIVATE = False
    real = fetching.socket.getaddrinfo
    monkeypatch.setattr(fetching.socket, "getaddrinfo", lambda host, *rest, **more: real("127.0.0.1", *rest, **more))
    assert "внутреннюю сеть" in problem(f"http://ca.example:{site.server.server_port}/x")
    assert not site.asked


def test_which_addresses_are_public():
    for inside in ("10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "::1", "fe80::1%eth0",
                   "fd00::1", "::ffff:10.0.0.1", "2002:0a00:0001::1", "224.0.0.1", "0.0.0.0"):  # fmt: skip
        assert not is_public(inside), inside
    for outside in ("8.8.8.8", "2a02:6b8::1", "::ffff:8.8.8.8"):
        assert is_public(outside), outside


# ---- by the clock


@pytest.fixture(scope="module")
def accredited(demo):
    return Accredited(demo)


@pytest.fixture
def trusted(accredited, db):
    actions.import_trusted_certificate(accredited.root.dump())
    actions.import_trusted_certificate(accredited.below.dump())
    return accredited


def crl_address(url, **changes):
    given = {"kind": "crl", "url": url, "next_try_at": datetime.now(UTC) - timedelta(minutes=1)}
    return FetchAddress.objects.create(**(given | changes))


def run_jobs():
    for job in Job.objects.unfinished():
        run_job(str(job.pk))


@pytest.mark.django_db
def test_nothing_is_fetched_by_default(site, settings):
    assert (settings.SIGNATURE_TSL_URL, settings.SIGNATURE_FETCH_CRLS) == ("", False)
    crl_address(f"{site.url}/1.crl")
    assert tasks.look_after_trust() == 0
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_a_list_is_fetched_when_it_is_due(trusted, site, settings):
    settings.SIGNATURE_FETCH_CRLS = True
    site.answers["/1.crl"] = trusted.lists[1]
    address = crl_address(f"{site.url}/1.crl")
    later = crl_address(f"{site.url}/2.crl", next_try_at=datetime.now(UTC) + timedelta(hours=1))
    unused = crl_address(f"{site.url}/3.crl", used=False)
    assert tasks.look_after_trust() == 1
    assert tasks.look_after_trust() == 0, "it is on its way"
    run_jobs()
    assert site.asked == ["/1.crl"]
    row = RevocationList.objects.get()
    address.refresh_from_db()
    assert (address.problem, address.failures) == ("", 0)
    assert address.last_success_at is not None
    assert datetime.now(UTC) < address.next_try_at < row.next_update
    for each in (later, unused):
        each.refresh_from_db()
        assert each.last_try_at is None


@pytest.mark.django_db
def test_failures_are_told_and_tried_again_ever_later(trusted, site, settings):
    settings.SIGNATURE_FETCH_CRLS = True
    site.answers["/1.crl"] = b"<html>Login</html>"
    address = crl_address(f"{site.url}/1.crl")
    pauses = []
    for _ in range(3):
        FetchAddress.objects.update(next_try_at=datetime.now(UTC) - timedelta(minutes=1))
        tasks.look_after_trust()
        run_jobs()
        address.refresh_from_db()
        pauses.append(address.next_try_at - address.last_try_at)
    assert address.failures == 3
    assert address.problem == "Файл не является полным списком отзыва в кодировке DER или PEM."
    assert [round(each.total_seconds() / 60) for each in pauses] == [5, 10, 20]
    address.failures = 5000
    by_clock.failed(address, "x" * 900, datetime.now(UTC))
    address.refresh_from_db()
    assert address.next_try_at - address.last_try_at == timedelta(hours=6)
    site.answers["/1.crl"] = trusted.lists[1]
    FetchAddress.objects.update(next_try_at=datetime.now(UTC) - timedelta(minutes=1))
    tasks.look_after_trust()
    run_jobs()
    address.refresh_from_db()
    assert (address.problem, address.failures) == ("", 0)


@pytest.mark.django_db
def test_a_list_of_nobody_trusted_is_told(trusted, site, settings, demo):
    settings.SIGNATURE_FETCH_CRLS = True
    site.answers["/1.crl"] = demo.authority.revocation_lists[1]
    address = crl_address(f"{site.url}/1.crl")
    tasks.look_after_trust()
    run_jobs()
    address.refresh_from_db()
    assert "не подписан доверенным" in address.problem
    assert not RevocationList.objects.exists()


@pytest.mark.django_db
def test_a_few_at_a_time(trusted, site, settings):
    settings.SIGNATURE_FETCH_CRLS = True
    for number in range(9):
        crl_address(f"{site.url}/{number}.crl")
    assert tasks.look_after_trust() == 4
    assert tasks.look_after_trust() == 0
    run_jobs()
    assert tasks.look_after_trust() == 4
    run_jobs()
    assert tasks.look_after_trust() == 1


@pytest.mark.django_db
def test_a_job_that_gave_up_is_told_at_its_address(trusted, site, settings, monkeypatch):
    settings.SIGNATURE_FETCH_CRLS = True
    address = crl_address(f"{site.url}/1.crl")
    tasks.look_after_trust()
    job = Job.objects.get()
    Job.objects.update(attempt=settings.JOB_ATTEMPTS_MAX)
    run_job(str(job.pk))
    address.refresh_from_db()
    assert address.problem == by_clock.GAVE_UP
    assert address.next_try_at > datetime.now(UTC)


@pytest.mark.django_db
def test_switched_off_between_beat_and_worker(trusted, site, settings):
    settings.SIGNATURE_FETCH_CRLS = True
    crl_address(f"{site.url}/1.crl")
    tasks.look_after_trust()
    settings.SIGNATURE_FETCH_CRLS = False
    run_jobs()
    assert not site.asked


@pytest.mark.django_db
def test_the_trust_list_by_the_clock(accredited, settings, monkeypatch):
    settings.SIGNATURE_TSL_URL = "https://lists.example/tsl.xml"
    content = trust_list(accredited.ministry(), accredited.north())
    asked = []

    def answer(url, **given):
        asked.append((url, given["only_https"]))
        return BytesIO(content)

    monkeypatch.setattr(by_clock, "fetch", answer)
    assert tasks.look_after_trust() == 1
    run_jobs()
    assert asked == [("https://lists.example/tsl.xml", True)]
    assert TrustListImport.objects.get().confirmed == "https"
    assert TrustedCertificate.objects.count() == 2
    address = FetchAddress.objects.get(kind="trust_list")
    assert address.next_try_at > datetime.now(UTC) + timedelta(hours=23)
    content = b"<html/>"
    FetchAddress.objects.update(next_try_at=datetime.now(UTC) - timedelta(minutes=1))
    tasks.look_after_trust()
    run_jobs()
    address.refresh_from_db()
    assert "другого вида" in address.problem
    assert TrustedCertificate.objects.in_force(datetime.now(UTC)).count() == 2
    settings.SIGNATURE_TSL_URL = ""
    FetchAddress.objects.update(next_try_at=datetime.now(UTC) - timedelta(minutes=1))
    assert tasks.look_after_trust() == 0
    address.refresh_from_db()
    assert not address.used


@pytest.mark.django_db
def test_lists_kept_before_the_table_are_loaded_by_a_job(trusted):
    (row,) = actions.import_crl(trusted.lists[1])
    RevocationList.objects.update(loaded_at=None)
    RevokedSerial.objects.all()._raw_delete(using="default")
    assert tasks.look_after_trust() == 1
    run_jobs()
    row.refresh_from_db()
    assert row.loaded_at is not None
    assert tasks.look_after_trust() == 0


@pytest.mark.django_db
def test_one_that_cannot_be_loaded_is_tried_once_a_day(trusted):
    actions.import_crl(trusted.lists[1])
    RevocationList.objects.update(loaded_at=None)
    TrustedCertificate.objects.update(removed_at=datetime.now(UTC))
    assert tasks.look_after_trust() == 1
    run_jobs()
    assert "не подписан доверенным" in Job.objects.get().outcome["reason"]
    assert tasks.look_after_trust() == 0


@pytest.mark.django_db
def test_the_other_tasks(trusted):
    TrustedCertificate.objects.update(key_sha256="")
    assert tasks.sweep_trust() == 0
    assert tasks.look_after_trust() == 0
    assert not TrustedCertificate.objects.filter(key_sha256="").exists()


def test_system_checks(settings):
    assert checks.revocation_settings_are_known(None) == []
    settings.SIGNATURE_REVOCATION = "skip"
    settings.SIGNATURE_TSL_URL = "http://lists.example/tsl.xml"
    assert [each.id for each in checks.revocation_settings_are_known(None)] == ["signatures.E003", "signatures.E004"]


def test_https_wants_a_certificate_that_is_valid(site, tmp_path):
    """A server with a certificate of nobody."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(5)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pair = tmp_path / "pair.pem"
    pair.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    site.server.socket = context.wrap_socket(site.server.socket, server_side=True)
    port = site.server.server_port
    assert "Сертификат сервера не прошёл проверку" in problem(f"https://localhost:{port}/x", only_https=True)
