"""The whole service in one process: the public web server, the message desk, the dialogue and Rasa beside it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import structlog
from fastapi import FastAPI

from actions.interviews import InterviewStore
from actions.keeping import PassingInterviews
from actions.privacy_log import KEPT_FOR as PROOF_KEPT_FOR
from actions.privacy_log import PrivacyLog
from app import tuning
from app.bootstrap import Parts
from app.casefile import CaseFile
from app.channels import Channels
from app.console import BASE, LoggedViews, accuracy_page, console_of
from app.desk import SILENT_INTERVIEWS, Desk, handover_rules
from app.health import health_router
from app.metrics import AckTimer, Metrics
from app.reminders import Rounds
from app.running import Running, running_dialogue
from app.servers import served
from app.settings import Settings
from app.switching import Pauses, open_rooms, pausing
from bot.channels.web import WebConfig, WebDeps, web_router
from bot.channels.web.router import Reminding
from bot.errors import origin
from bot.kept import PassingTalks
from bot.messages import Channel
from bot.retention import Retention
from bot.switches import SwitchBoard, SwitchKind
from console.public import PATH as ACCURACY

log = structlog.get_logger(__name__)
Say = Callable[[str], None]
EVERY_ADDRESS = frozenset({"127.0.0.1", "0.0.0.0", "::"})  # noqa: S104 - recognised, not bound
EVERY_DAY_SECONDS = 24 * 3600
EVERY_FEW_MINUTES_SECONDS = 300
WARMING = "Rasa is warming up (about half a minute); messages wait meanwhile. Ctrl-C stops everything."
WARM_UP_QUESTION = "the bhyt cho tre em"


@dataclass(frozen=True)
class InterviewEraser:
    """Removes the interview of a conversation; the message desk asks for it when a citizen withdraws."""

    running: Running

    async def erase(self, conversation_id: str) -> None:
        """Remove what the dialogue keeps of the conversation."""
        await asyncio.to_thread(self.running.dialogue.store.delete, conversation_id)


@dataclass(frozen=True)
class PassingEraser:
    """Makes this process forget a talk that went on in another one."""

    passing: PassingInterviews

    async def erase(self, conversation_id: str) -> None:
        """Forget what is in memory only."""
        self.passing.delete(conversation_id)


async def run_service(parts: Parts, *, say: Say, stop: asyncio.Event | None = None) -> None:
    """Run until a signal to stop (or *stop* is set); then finish what is under way and end everything."""
    stop = stop or asyncio.Event()
    _stop_on_signals(stop)
    settings, behind_proxy = parts.settings, bool(parts.settings.public_url)
    board = SwitchBoard(parts.switches)
    off = partial(board.names_off, SwitchKind.BENEFIT)
    dialogue = parts.dialogue(parts.interviews(), open_rooms(parts.rooms, off))
    metrics = Metrics()
    metrics.name_release(lambda: parts.rules.release.id)
    desk = Desk(
        parts.database,
        parts.vault,
        parts.clock,
        rules=handover_rules(settings),
        figures=parts.figures,
        facts=CaseFile(
            dialogue.store,
            parts.rules.vocabulary,
            dialogue.phrasebook,
            dialogue.teller,
            parts.rules.places.names(),
        ),
        views=LoggedViews(parts.audit),
        tally=metrics.tally,
        board=board,
    )
    pauses = Pauses(off, parts.rooms.benefits, desk.words.benefit_paused)
    pauses.dialogue = dialogue
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(parts.watching_rules())
        stack.enter_context(parts.library.index_work.at_work())
        inner = [metrics.router(desk.backlog)]
        running = await stack.enter_async_context(
            running_dialogue(
                parts,
                dialogue,
                parts.rasa.model(),
                actions=pausing(dialogue.actions(), pauses),
                inner_routers=inner,
            )
        )
        metrics.watch_rasa(running.supervisors)
        channels = await stack.enter_async_context(Channels.opened(settings, desk))
        rounds = Rounds.over(parts, desk, dialogue.store)
        await stack.enter_async_context(
            desk.at_work(
                running.client,
                channels.lines,
                erasers=(InterviewEraser(running), running.client),
                memories=(PassingEraser(parts.passing_interviews), running.client),
                must_answer=dialogue.must_answer,
                reminding=rounds.offering,
            )
        )
        shown = (Channel.WEB, *(line.name for line in channels.lines))
        console = console_of(parts, desk, shown, stop, dialogue.store)
        accuracy = accuracy_page(parts)
        mounts = {ACCURACY: accuracy} if settings.console_port else {ACCURACY: accuracy, BASE: console}
        reminding = rounds if rounds.offering else None
        app = public_app(parts, desk, running, channels, mounts, stop, reminding=reminding)
        if settings.console_port:
            own = served(console, host=settings.console_host, port=settings.console_port, behind_proxy=behind_proxy)
            await stack.enter_async_context(own)
        tuning.settle()
        await stack.enter_async_context(served(app, host=settings.host, port=settings.port, behind_proxy=behind_proxy))
        await stack.enter_async_context(channels.receiving())
        web = f"Web: http://{shown_host(settings.host)}:{settings.port}"
        for line in (web, _console_line(settings), *channels.described(), WARMING):
            say(line)
        stack.enter_context(_aside(_warm_up(parts)))
        stack.enter_context(_aside(asyncio.to_thread(accuracy.state.look_ahead)))
        stack.enter_context(_aside(asyncio.to_thread(console.state.look_ahead)))
        forgetting = partial(_forget_in_time, desk, dialogue.store, parts.privacy_log)
        stack.enter_context(_aside(_every(EVERY_DAY_SECONDS, forgetting, "retention")))
        passing = partial(_forget_passing_talks, desk, parts.passing_interviews)
        stack.enter_context(_aside(_every(EVERY_FEW_MINUTES_SECONDS, passing, "passing_talks")))
        stack.enter_context(_aside(rounds.run()))
        stack.enter_context(_aside(_announce(running, say)))
        await stop.wait()
        say("Stopping …")


def public_app(
    parts: Parts,
    desk: Desk,
    running: Running,
    channels: Channels,
    mounts: Mapping[str, FastAPI],
    stop: asyncio.Event,
    *,
    reminding: Reminding | None = None,
) -> FastAPI:
    """Return the web application that faces the public, with other applications below the paths of *mounts*."""
    settings = parts.settings
    app = FastAPI(title="An Sinh", docs_url=None, redoc_url=None, openapi_url=None)
    config = WebConfig(
        key=parts.web_key,
        operator=settings.operator,
        hotline=settings.hotline,
        phones=settings.phones,
        public_url=settings.public_url,
        accuracy_path=f"{ACCURACY}/",
        embed_origins=settings.origins,
        site_verification=settings.zalo_site_verification,
    )
    deps = WebDeps(config, desk.inbox, desk.transcript, running.client, parts.clock, stopping=stop, reminding=reminding)
    app.include_router(web_router(deps))
    app.include_router(health_router(running, desk, stop))
    app.add_middleware(AckTimer, tally=desk.tally)
    for router in channels.routers:
        app.include_router(router)
    for path, mounted in mounts.items():
        app.mount(path, mounted)
    return app


async def _every(seconds: float, work: Callable[[], Coroutine[object, object, None]], what: str) -> None:
    """Do *work* now and every *seconds*; what fails now (the database may be away) is done the next time."""
    while True:
        try:
            await work()
        except Exception as error:
            log.error("not_done", what=what, error=type(error).__name__, at=origin(error))
        await asyncio.sleep(seconds)


async def _forget_in_time(desk: Desk, interviews: InterviewStore, proof: PrivacyLog) -> None:
    """Remove what is past its limit."""
    removed = await Retention(desk.storage, desk.clock).run()
    silent = await asyncio.to_thread(interviews.delete_silent_since, desk.clock.now() - SILENT_INTERVIEWS)
    proofs = await asyncio.to_thread(proof.forget, desk.clock.now() - PROOF_KEPT_FOR)
    log.info("forgot_in_time", interviews=silent, proofs=proofs, **removed)


async def _forget_passing_talks(desk: Desk, interviews: PassingInterviews) -> None:
    """Remove the words of silent talks that nobody agreed to keep, and from memory what went on elsewhere."""
    elsewhere = sum(map(interviews.delete, await desk.homes.gone(interviews.conversations())))
    removed = {**await PassingTalks(desk.storage, desk.clock).run(), "elsewhere": elsewhere}
    if any(removed.values()):
        log.info("forgot_passing_talks", **removed)


async def _announce(running: Running, say: Say) -> None:
    await running.wait_ready()
    say("Rasa is ready.")


async def _warm_up(parts: Parts) -> None:
    """Load the embedding model before the first question needs it."""
    answer = parts.library.answerer.answer
    await asyncio.to_thread(answer, WARM_UP_QUESTION, as_of=parts.clock.today())
    tuning.settle()


@contextlib.contextmanager
def _aside(work: Coroutine[object, object, None]) -> Iterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()


def _console_line(settings: Settings) -> str:
    if settings.console_port:
        return f"Console: http://{shown_host(settings.console_host)}:{settings.console_port}"
    return f"Console: http://{shown_host(settings.host)}:{settings.port}{BASE}"


def shown_host(host: str) -> str:
    """Return the name a person types for an address that is this machine's own."""
    return "localhost" if host in EVERY_ADDRESS else host


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
            loop.add_signal_handler(name, stop.set)
