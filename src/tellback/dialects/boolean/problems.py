"""What can be wrong with one value of this wire, in words. Each function gets a value that is."""

from collections.abc import Mapping

from tellback.core.addresses import MAX_ADDRESS
from tellback.core.errors import Fault, Problem
from tellback.core.properties import MAX_MEMBERS, MAX_NUMBER, MAX_STRING, PropertyType

TYPES: Mapping[str, PropertyType] = {
    "S": PropertyType.STRING,
    "N": PropertyType.NUMBER,
    "D": PropertyType.DATE,
    "B": PropertyType.BOOLEAN,
    "SS": PropertyType.STRING_SET,
    "NS": PropertyType.NUMBER_SET,
}
_FORMS = "YYYY-MM-DDTHH:MM:SSZ, the same with a UTC offset such as +05:30, or epoch seconds"
_NUMBER = f"must be a number of at most {MAX_NUMBER}"
_RULES: Mapping[PropertyType, str] = {
    PropertyType.STRING: f"must be a string of at most {MAX_STRING} characters",
    PropertyType.NUMBER: _NUMBER,
    PropertyType.DATE: f"must be a date: {_FORMS}",
    PropertyType.BOOLEAN: "must be true or false",
    PropertyType.STRING_SET: (
        f"must be an array of at most {MAX_MEMBERS} strings of at most {MAX_STRING} characters"
    ),
    PropertyType.NUMBER_SET: (
        f"must be an array of at most {MAX_MEMBERS} numbers of at most {MAX_NUMBER}"
    ),
}
_JSON: Mapping[PropertyType, tuple[type, ...]] = {
    PropertyType.STRING: (str,),
    PropertyType.NUMBER: (int, float),
    PropertyType.STRING_SET: (str,),
    PropertyType.NUMBER_SET: (int, float),
}


def address_problem(value: object, field: str = "$email") -> Problem:
    """No address, one that is too long, or none at all."""
    if value is None:
        return Problem(Fault.MISSING, "is required", field)
    if isinstance(value, str) and len(value) > MAX_ADDRESS:
        return Problem(Fault.VALUE, f"must have at most {MAX_ADDRESS} characters", field)
    return Problem(Fault.FORMAT, "must be a valid e-mail address", field)


def text_problem(value: object, longest: int, field: str) -> Problem:
    """Not a string, or one that is empty, too long or not text."""
    fault = Fault.VALUE if isinstance(value, str) else Fault.FORMAT
    return Problem(fault, f"must be a string of 1 to {longest} characters", field)


def date_problem(field: str) -> Problem:
    """In none of the three forms."""
    return Problem(Fault.FORMAT, f"must be {_FORMS}", field)


def amount_problem(value: object, field: str) -> Problem:
    """Not a number, or too large."""
    return Problem(_fault(value, (int, float)), _NUMBER, field)


def choice_problem(value: object, allowed: tuple[str, ...], field: str) -> Problem:
    """Not one of a few words."""
    return Problem(_fault(value, (str,)), f"must be one of {', '.join(allowed)}", field)


def property_problem(tagged: object, name: str) -> Problem:
    """Not ``{TYPE: value}``, or the value is not one of that type."""
    if not isinstance(tagged, dict) or len(tagged) != 1:
        return Problem(Fault.FORMAT, "must be {TYPE: value} with exactly one TYPE", name)
    [(tag, value)] = tagged.items()
    kind = TYPES.get(tag)
    if kind is None:
        return Problem(Fault.VALUE, f"TYPE must be one of {', '.join(TYPES)}", name)
    return Problem(_value_fault(kind, value), _RULES[kind], name)


def _value_fault(kind: PropertyType, value: object) -> Fault:
    """A value of the right JSON type is out of its limits; any other is badly formed."""
    types = _JSON.get(kind)
    if types is None:
        return Fault.FORMAT
    if kind not in (PropertyType.STRING_SET, PropertyType.NUMBER_SET):
        return _fault(value, types)
    if not isinstance(value, list):
        return Fault.FORMAT
    return Fault.VALUE if all(_fault(v, types) is Fault.VALUE for v in value) else Fault.FORMAT


def _fault(value: object, types: tuple[type, ...]) -> Fault:
    right = isinstance(value, types) and not isinstance(value, bool)
    return Fault.VALUE if right else Fault.FORMAT
