"""For everybody: small screens, keyboard, screen readers, big letters, paper, no scripts, another site's frame."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Page, expect

from bot.messages import Author
from tests.journeys.conftest import Visit, say
from tests.journeys.service import Server, Service

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

AXE = Path(__file__).parents[1] / "console" / "axe" / "axe.min.js"
SIZES = ((360, 740), (768, 1024), (1366, 768))
SIDEWAYS = "() => { const s = document.getElementById('scroll'); return s.scrollWidth - s.clientWidth; }"
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
}


def fill_with_everything(page: Page, service: Service) -> None:
    """Bring every kind of message onto the page, one that could not be sent included."""
    for text in ("mẹ tôi 76 tuổi", "hồ sơ gồm gì"):
        say(page, text)
    service.say("Chào anh/chị, tôi là Lan.", Author.STAFF)
    page.locator(".from-officer").wait_for()
    say(page, "ông nội 72 tuổi")
    service.conversations.broken = True
    page.fill("#text", "chờ gửi")
    page.press("#text", "Enter")
    page.locator(".msg.waiting").wait_for()


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("view", ["", "contrast", "large"])
def test_axe_finds_nothing_serious(visit: Visit, service: Service, look: str, view: str) -> None:
    """Contrast, names, roles and structure, checked by axe in every look, with the menu open too."""
    page = visit(bypass_csp=True, **LOOKS[look])
    page.evaluate(AXE.read_text(encoding="utf-8"))
    if view:
        show(page, view)
    first = serious(page)
    fill_with_everything(page, service)
    page.locator("#menu > summary").tap()
    page.locator("summary.danger").tap()

    assert first + serious(page) == []


def serious(page: Page) -> list[str]:
    result = page.evaluate("() => axe.run({ resultTypes: ['violations'] })")
    return [
        f"{found['id']}: {node['html'][:120]} – {node['failureSummary']}"
        for found in result["violations"]
        if found["impact"] in {"serious", "critical", "moderate"}
        for node in found["nodes"]
    ]


def show(page: Page, view: str) -> None:
    if view == "contrast":
        page.locator("#menu > summary").tap()
    page.locator(f"#{view}").tap()
    if view == "contrast":
        page.locator("#menu > summary").tap()


@pytest.mark.parametrize("view", ["", "large"])
def test_nothing_is_cut_off(visit: Visit, service: Service, view: str) -> None:
    """No scrolling sideways at any width, and every target is at least 44 px high."""
    page = visit()
    if view:
        show(page, view)
    small = too_small(page)
    fill_with_everything(page, service)
    page.locator("#menu > summary").tap()

    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("() => document.documentElement.scrollWidth") == width
        assert page.evaluate(SIDEWAYS) == 0
        small += too_small(page)
    assert small == []


def too_small(page: Page) -> list[str]:
    return page.evaluate(
        """() => [...document.querySelectorAll('button, summary, textarea, a.button')]
            .filter((target) => target.checkVisibility())
            .map((target) => [target.outerHTML.slice(0, 90), target.getBoundingClientRect()])
            .filter(([, box]) => box.height < 44 || box.width < 44)
            .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
    )


def test_keyboard_of_a_phone_does_not_cover_the_field(visit: Visit) -> None:
    """With half the screen left, the field and the last answer are still seen."""
    page = visit()
    say(page, "mẹ tôi 76 tuổi")

    page.set_viewport_size({"width": 360, "height": 380})

    expect(page.locator("#text")).to_be_in_viewport(ratio=1)
    expect(page.locator(".choice").last).to_be_in_viewport()


def test_everything_works_from_the_keyboard(visit: Visit) -> None:
    """Skip link, examples, menu and choices are reached in order; Escape closes the menu."""
    page = visit(viewport={"width": 1366, "height": 768}, is_mobile=False, has_touch=False)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("ông nội 72 tuổi")
    page.keyboard.press("Enter")
    page.locator(".choice").first.wait_for()

    page.keyboard.press("Shift+Tab")
    expect(page.locator(".choice").last).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".from-citizen .typed").last).to_have_text("Không rõ")
    expect(page.locator("#text")).to_be_focused()

    page.locator("#menu > summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#contrast")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#contrast")).to_be_hidden()
    expect(page.locator("#menu > summary")).to_be_focused()


def test_answers_are_announced_and_owned(visit: Visit) -> None:
    """A screen reader hears each new message, with who said it."""
    page = visit()
    say(page, "mẹ tôi 76 tuổi")

    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log.locator(".who")).to_have_text(["Anh/chị", "Trợ lý tự động"])
    expect(page.get_by_role("textbox", name="Tin nhắn của anh/chị")).to_be_visible()
    expect(page.get_by_role("group", name="Bấm để chọn, hoặc gõ số")).to_be_visible()


def test_big_letters_and_contrast_stay_on(visit: Visit) -> None:
    """Set once, they are there from the first moment of every later visit."""
    page = visit()
    show(page, "large")
    show(page, "contrast")

    page.reload()

    assert page.evaluate("() => document.documentElement.className.trim()") == "large contrast"
    assert page.evaluate("() => getComputedStyle(document.body).fontSize") == "20px"
    expect(page.locator("#large")).to_have_attribute("aria-pressed", "true")


def test_paper_shows_the_conversation_only(visit: Visit) -> None:
    """Everything folded is open on paper; buttons and field are not there."""
    page = visit()
    say(page, "hồ sơ gồm gì")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")

    expect(page.locator(".paper-title")).to_be_visible()
    expect(page.get_by_text("Nếu người hưởng mất")).to_be_visible()
    for hidden in (".dock", ".bar", ".act-link", "#offers"):
        expect(page.locator(hidden).first).to_be_hidden()


def test_one_answer_is_printed_alone(visit: Visit) -> None:
    """What is handed to the commune is the one answer, not the whole conversation."""
    page = visit()
    say(page, "chào")
    say(page, "mẹ tôi 76 tuổi")
    page.evaluate(
        "() => { window.print = () => { window.printed = [...document.querySelectorAll('.print-one .chosen .bubble')]"
        ".map((bubble) => bubble.textContent); }; }"
    )

    page.get_by_role("button", name="In", exact=True).tap()

    (printed,) = page.evaluate("() => window.printed")
    assert "540.000\u00a0đ/tháng" in printed
    expect(page.locator(".chosen")).to_have_count(0)


def test_page_works_without_scripts(visit: Visit) -> None:
    """A browser with scripts switched off asks, presses choices and is answered."""
    page = visit(java_script_enabled=False)
    page.fill("#text", "ông nội 72 tuổi")
    page.get_by_role("button", name="Gửi").tap()
    expect(page.locator(".from-assistant strong")).to_have_text(["hộ nghèo", "hộ cận nghèo"])

    page.get_by_role("button", name="Hộ cận nghèo").tap()

    expect(page.locator(".from-citizen .typed")).to_have_text(["ông nội 72 tuổi", "Hộ cận nghèo"])
    expect(page.get_by_role("link", name="Xem trả lời mới")).to_be_visible()


def test_no_other_host_is_asked_and_little_is_loaded(visit: Visit, service: Service) -> None:
    """Whoever asks about an illness tells nobody else; and the first look costs little on a slow network."""
    page = visit(wait=False)
    asked: list[str] = []
    sizes: dict[str, int] = {}
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfinished", lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}))
    page.context.clear_cookies()
    page.reload()
    page.locator("#large").wait_for()
    page.wait_for_timeout(500)

    assert all(url.startswith(service.url) for url in asked), asked
    assert sum(size for url, size in sizes.items() if not url.endswith(".woff2")) < 40 * 1024
    assert len({url for url in asked if "static" in url and not url.endswith(".woff2")}) <= 9


def test_allowed_site_embeds_a_working_chat(visit: Visit, tmp_path: Path) -> None:
    """In a frame of an authority's page, on another site, the conversation works and survives a reload."""
    certificate = self_signed(tmp_path)
    authority = FastAPI()
    host = Server(authority, certificate)
    origin = f"https://localhost:{host.port}"
    chat, closed = Service(tls=certificate, embed_origins=(origin,)), Service(tls=certificate)
    frames = f"<iframe src='{chat.url}/' width=360 height=640></iframe><iframe src='{closed.url}/'></iframe>"
    authority.add_api_route("/", lambda: HTMLResponse(frames))
    with running(host, chat, closed):
        page = visit(chat.url, ignore_https_errors=True)
        page.goto(f"{origin}/")
        allowed, refused = (page.locator("iframe").nth(number).content_frame for number in (0, 1))
        allowed.locator("#large").wait_for()
        allowed.locator("#text").fill("mẹ tôi 76 tuổi")
        allowed.locator("#text").press("Enter")
        expect(allowed.locator(".from-assistant")).to_contain_text("540.000 đ/tháng")

        page.reload()

        expect(allowed.locator(".from-assistant")).to_contain_text("540.000 đ/tháng")
        expect(refused.locator("#composer")).to_have_count(0)


@contextmanager
def running(*servers: Server | Service) -> Iterator[None]:
    with ExitStack() as stack:
        for server in servers:
            server.start()
            stack.callback(server.stop)
        yield


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for 127.0.0.1 and localhost."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return pem, private
