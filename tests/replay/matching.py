"""Whether each of some things can have a mate of its own."""


def first_unmatched(mates: list[set[int]]) -> int | None:
    """Return the first thing that cannot have a mate of its own beside those before it, or None.

    `mates` holds those that each may have. By Mendelsohn and Dulmage (1958), if all on one side can
    be matched and so can some on the other side, then one matching serves both.
    """
    taken: dict[int, int] = {}

    def place(thing: int, tried: set[int]) -> bool:
        for mate in sorted(mates[thing] - tried):
            tried.add(mate)
            if mate not in taken or place(taken[mate], tried):
                taken[mate] = thing
                return True
        return False

    for thing in range(len(mates)):
        if not place(thing, set()):
            return thing
    return None
