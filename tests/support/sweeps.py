"""The settings with which tests sweep."""

from typing import Final
from zoneinfo import ZoneInfo

from sweep.settings import SweepPlace, SweepSettings

SETTINGS: Final = SweepSettings(
    approval_tag_key="decommission",
    approval_tag_value="approved",
    protection_tag_key="decommission-protected",
    due_tag_key="decommission-after",
    time_zone=ZoneInfo("Europe/Berlin"),
    dry_run=True,
    notice_minutes=60,
    concurrency=10,
    least_patience_minutes=30,
    record_bucket="records",
    places=(SweepPlace(),),
    spoke_role_arn="arn:aws:iam::*:role/dx-decommission-spoke",
    spoke_reader_role_arn="arn:aws:iam::*:role/dx-decommission-spoke-reader",
    spoke_external_id="dx-decommission",
)
