"""How the service runs: its channels, what it keeps and for how long, and who did what."""

from __future__ import annotations

from console.areas import Area, NavItem
from console.gate import Gate
from console.security.permissions import Permission
from console.service.audit import AuditPages
from console.service.channels import ChannelPages
from console.service.retention import RetentionPages
from console.service.switches import SwitchPages


def service_area(gate: Gate) -> Area:
    """Return the pages about the service itself."""
    needs, retention = Permission.SWITCHES_READ, RetentionPages(gate)
    return Area(
        routers=(
            ChannelPages(gate).router(),
            SwitchPages(gate).router(),
            retention.router(),
            AuditPages(gate).router(),
        ),
        navigation=(
            NavItem("service.nav.channels", "/channels", needs, group="service", order=20),
            NavItem("service.nav.switches", "/switches", needs, group="service", order=30),
            NavItem("service.nav.retention", "/retention", needs, group="service", order=40),
            NavItem("service.nav.audit", "/audit", Permission.AUDIT_READ, group="service", order=50),
        ),
        look_ahead=(retention.look_ahead,),
    )
