"""The web chat served over HTTP from a thread of its own, with conversations in memory."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from bot.channels.web import WebConfig, WebDeps, web_router
from bot.messages import Author, Choice, Entry, InboundMessage, Reply
from tests.bot.web.memory import Conversations

KEY = b"a key for the journeys only"

VERDICT = """\
Mẹ anh/chị (76 tuổi, không có lương hưu) **đủ điều kiện đề nghị trợ cấp hưu trí xã hội: 540.000 đ/tháng**.
Nộp đơn theo Mẫu số 01 tại UBND xã/phường nơi mẹ ở, hoặc qua Cổng Dịch vụ công; xã trả lời trong 7 ngày làm việc, không mất phí.
Căn cứ: 176/2025/NĐ-CP Điều 3; 335/2026/NĐ-CP Điều 31."""

QUESTION = """\
Mình hiểu: ông nội, 72 tuổi, không lương hưu.
Nhà ông có trong danh sách **hộ nghèo** hoặc **hộ cận nghèo** của xã không?"""

LONG = """\
Hồ sơ đề nghị trợ cấp hưu trí xã hội gồm:
- Văn bản đề nghị theo Mẫu số 01, ghi họ tên, ngày sinh, nơi ở và số tài khoản nếu muốn nhận qua ngân hàng;
- Không phải nộp bản sao giấy tờ mà cơ quan nhà nước tra cứu được trong Cơ sở dữ liệu quốc gia về dân cư.
Các bước làm như sau:
1. Người đề nghị, hoặc người thân làm thay, điền Mẫu số 01 và nộp tại bộ phận một cửa của UBND xã/phường nơi thường trú hoặc tạm trú.
2. Cán bộ kiểm tra, đối chiếu với dữ liệu dân cư và với cơ quan bảo hiểm xã hội xem đã hưởng lương hưu hay trợ cấp hằng tháng nào chưa.
3. Trong 7 ngày làm việc, Chủ tịch UBND xã ra quyết định hưởng, hoặc trả lời bằng văn bản và nêu lý do nếu không đủ điều kiện.
Thời điểm hưởng tính từ tháng Chủ tịch UBND xã ký quyết định. Tiền được trả hằng tháng qua tài khoản ngân hàng hoặc tiền mặt tại điểm chi trả của xã.
Nếu người hưởng chuyển nơi ở, làm đơn tại nơi ở mới theo Mẫu số 01 để được tiếp tục nhận trợ cấp mà không bị gián đoạn tháng nào.
Nếu người hưởng mất, gia đình báo UBND xã để làm hồ sơ hỗ trợ chi phí mai táng.
Chi tiết: https://dichvucong.gov.vn/p/home. Cần người hướng dẫn thì gọi 1900 561 292.
Căn cứ: 176/2025/NĐ-CP Điều 4, Điều 5; 335/2026/NĐ-CP Điều 31."""


def scripted(message: InboundMessage) -> Sequence[Reply]:
    """Answer the way the dialogue does, for the few words the journeys use."""
    text = message.text.lower()
    if "76" in text:
        return [Reply(VERDICT, tuple(Choice(t, "/x") for t in ("Vì sao?", "Giấy tờ cần có", "Gặp cán bộ")))]
    if "72" in text:
        titles = ("Hộ nghèo", "Hộ cận nghèo", "Không", "Không rõ")
        return [Reply(QUESTION, tuple(Choice(title, "/x") for title in titles))]
    if "hồ sơ" in text:
        return [Reply(LONG)]
    return [Reply(f"Mình đã nhận: {message.text}")]


class Service:
    """A running web chat. ``url`` is its address; ``conversations`` what it keeps."""

    def __init__(self, *, port: int = 0, tls: tuple[Path, Path] | None = None, **config: Any) -> None:
        self.conversations = Conversations(scripted)
        self.config = WebConfig(key=KEY, **{"stream_beat_seconds": 1.0, "phones": ("1900 561 292",), **config})
        self.tls, self.port = tls, port or free_port()
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> Service:
        """Serve from a new thread; return when the address answers."""
        app = FastAPI(openapi_url=None)
        app.include_router(web_router(WebDeps(self.config, *[self.conversations] * 3)))
        files = {"ssl_certfile": self.tls[0], "ssl_keyfile": self.tls[1]} if self.tls else {}
        settings = uvicorn.Config(
            app, host="127.0.0.1", port=self.port, log_level="warning", timeout_graceful_shutdown=1, **files
        )
        self._server = uvicorn.Server(settings)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        wait_for(lambda: self._server.started)
        return self

    def stop(self) -> None:
        """Close every connection and the port; what is kept stays."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(timeout=10)

    def say(self, text: str, author: Author = Author.BOT, **extra: Any) -> Entry:
        """Add a line to the only conversation there is."""
        (conversation,) = {m.conversation_id for m in self.conversations.accepted.values()}
        return self.call(lambda: self.conversations.say(conversation, author, text, **extra))

    def call(self, act: Callable[[], Any]) -> Any:
        """Do *act* in the thread that serves."""
        assert self._loop is not None

        async def run() -> Any:
            return act()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(timeout=10)

    def _serve(self) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            await self._server.serve()

        asyncio.run(serve())


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_for(condition: Callable[[], object], *, seconds: float = 15) -> None:
    """Wait until *condition* holds; fail after *seconds*."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited in vain")
        time.sleep(0.02)
