"""Names for what has none: transaction ids, and the vendor's form of our request ids."""


def hyphenated(id_: str) -> str:
    """32 hex digits as a UUID is written."""
    return f"{id_[:8]}-{id_[8:12]}-{id_[12:16]}-{id_[16:20]}-{id_[20:]}"


def automatic_reference(request_id: str, place: int) -> str:
    """A transaction id for an item that has none: the same for the same call and place.

    It is the call's own UUID with the place added to its last, random 32 bits, without a carry
    into the rest, by which calls differ.
    """
    last = (int(request_id[24:], 16) + place) & 0xFFFFFFFF
    return f"auto_{hyphenated(f'{request_id[:24]}{last:08x}')}"
