"""What the address of a survey's public page says of who comes by it, as far as it may."""

from collections.abc import Mapping

from tellback.core.addresses import normalise_address
from tellback.core.model import ContactKey, Identity, SurveyDefinition
from tellback.core.properties import MAX_STRING
from tellback.web.respond.form import clean_text

_EMAIL, _ID = "email", "id"
_LONGEST_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3


def said_in(query: Mapping[str, str], definition: SurveyDefinition) -> dict[str, str]:
    """The parts of an address that the survey asks for; nobody has checked them."""
    names = list(definition.link.properties)
    if definition.link.identify:
        names += [_EMAIL, _ID]
    given = ((name, clean_text(query.get(name, "")).strip()[:MAX_STRING]) for name in names)
    return {name: value for name, value in given if value}


def contact_of(said: Mapping[str, str], definition: SurveyDefinition) -> ContactKey | None:
    """Who comes by, in their own words: by the project's id, else by an address."""
    if not definition.link.identify:
        return None
    if _ID in said:
        return ContactKey(Identity.EXTERNAL, said[_ID])
    address = normalise_address(said.get(_EMAIL), _LONGEST_ADDRESS)
    return ContactKey(Identity.EMAIL, address) if address else None


def traits_of(said: Mapping[str, str], definition: SurveyDefinition) -> dict[str, str]:
    """The properties that the address gives."""
    return {name: said[name] for name in definition.link.properties if name in said}
