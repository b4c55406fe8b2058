"""Choosing where mail goes."""

from pathlib import Path

import pytest

from tellback.mail.transport import open_transport
from tellback.mail.transports.outbox import FileTransport
from tellback.mail.transports.smtp import SmtpTransport
from tellback.mail.transports.smtp_url import SmtpUrlInvalid


def test_a_server_or_else_files(tmp_path: Path) -> None:
    assert isinstance(open_transport("smtp://relay", tmp_path), SmtpTransport)
    assert isinstance(open_transport("", tmp_path), FileTransport)


def test_a_wrong_url_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    with pytest.raises(SmtpUrlInvalid):
        open_transport("relay:25", tmp_path)
