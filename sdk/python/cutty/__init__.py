"""Cutty's public API: segments, their members, and who comes and goes."""

from .client import Cutty
from .deltas import Changes, Left, MemberSet, Updated
from .errors import CuttyError
from .exports import Export
from .members import Member, Snapshot
from .rate_limit import RateLimit
from .segments import Count, Segment, SegmentBrief
from .webhooks import verify_webhook

__all__ = [
    "Changes",
    "Count",
    "Cutty",
    "CuttyError",
    "Export",
    "Left",
    "Member",
    "MemberSet",
    "RateLimit",
    "Segment",
    "SegmentBrief",
    "Snapshot",
    "Updated",
    "verify_webhook",
]
