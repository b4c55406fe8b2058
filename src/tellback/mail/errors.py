"""What can go wrong with a mail before any server is asked. The docstring is the message."""

from tellback.core.errors import TellbackError


class MailRefused(TellbackError):
    """The mail cannot be made."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(f"{name}: {type(self).__doc__} ({value[:80]!r})")
        self.name = name
        self.value = value


class HeaderRefused(MailRefused):
    """A header may not hold line breaks, control characters or more than a line's length."""


class AddressRefused(MailRefused):
    """This is not an address that plain ASCII mail can reach."""

    def __init__(self, address: str) -> None:
        super().__init__("address", address)
        self.address = address


class LinkRefused(MailRefused):
    """A link must be an absolute http or https address in plain ASCII."""
