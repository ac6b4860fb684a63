"""Galleries: whose faces a sensor knows, and who of them is taken for somebody else.

Kernels of `sensing`, whose docstring holds the equations and addresses.
"""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork import dice
from upstanding.clockwork.dice import U64, Word, address, whole
from upstanding.clockwork.kernel import entry, inlined
from upstanding.clockwork.struct import Struct

ENROLLED = U64(address("sensing/enrolled"))
NO_GALLERY, DISTRICT, NATION = range(3)


class Galleries(Struct):
    """Who can be named by each sensor, in ascending order by area and stratum.

    The members of sensor s in area a are `everybody[all_from[s, a] : all_from[s, a + 1]]`; those of
    stratum t are `stratum[same_from[s, a, t] : same_from[s, a, t + 1]]`. An area is a district,
    or the nation as area 0.
    """

    everybody: NDArray[np.uint32]
    all_from: Annotated[NDArray[np.int64], 2]
    stratum: NDArray[np.uint32]
    same_from: Annotated[NDArray[np.int64], 3]
    face: NDArray[np.uint8]
    """(citizens,) each citizen's stratum of faces: sex, age band at time zero, group."""


def build_galleries(
    gallery: NDArray[np.int64],
    purpose: NDArray[np.uint64],
    enrolled: NDArray[np.uint64],
    key: tuple[Word, Word],
    face: NDArray[np.uint8],
    district_size: int,
) -> Galleries:
    """Return the galleries of every sensor: who is enrolled, by area and stratum of face.

    `gallery`, `purpose` and `enrolled` (S,) are those of the sensors' tables.
    `face` (citizens,) is each citizen's stratum of faces. Sensors without a gallery have nobody.
    """
    strata = int(face.max(initial=0)) + 1
    areas = (face.shape[0] + district_size - 1) // district_size
    sensors = purpose.shape[0]
    all_from = np.zeros((sensors, areas + 1), np.int64)
    same_from = np.zeros((sensors, areas, strata + 1), np.int64)
    kept = np.flatnonzero(gallery != NO_GALLERY)
    sizes = np.zeros((kept.shape[0], areas, strata), np.int64)
    shapes = [district_size if gallery[sensor] == DISTRICT else face.shape[0] for sensor in kept]
    for at, sensor in enumerate(kept):
        _count_enrolled(sizes[at], shapes[at], face, purpose[sensor], enrolled[sensor], key)
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    everybody, stratum = np.empty((2, bounds[-1]), np.uint32)
    for at, sensor in enumerate(kept):
        begin = at * areas * strata
        ends = bounds[begin : begin + areas * strata + 1]
        all_from[sensor] = ends[::strata]
        same_from[sensor, :, :-1] = ends[:-1].reshape(areas, strata)
        same_from[sensor, :, -1] = ends[strata::strata]
        _fill_gallery(
            all_from[sensor],
            same_from[sensor].copy(),
            shapes[at],
            face,
            purpose[sensor],
            enrolled[sensor],
            key,
            everybody,
            stratum,
        )
    return Galleries(everybody, all_from, stratum, same_from, face)


@entry
def _count_enrolled(
    sizes: Annotated[NDArray[np.int64], 2],
    area: int,
    face: NDArray[np.uint8],
    sensor: Word,
    share: Word,
    key: tuple[Word, Word],
) -> None:
    """Count who is in a gallery by area, of `area` citizens each, and stratum of face."""
    for i in range(face.shape[0]):
        sizes[i // area, face[i]] += is_enrolled(i, sensor, share, key)


@entry
def _fill_gallery(
    all_from: NDArray[np.int64],
    free: Annotated[NDArray[np.int64], 2],
    area: int,
    face: NDArray[np.uint8],
    sensor: Word,
    share: Word,
    key: tuple[Word, Word],
    everybody: NDArray[np.uint32],
    stratum: NDArray[np.uint32],
) -> None:
    """Fill in who is in a gallery; `free` (areas, strata + 1) are the first free places."""
    place = all_from[0]
    for i in range(face.shape[0]):
        if is_enrolled(i, sensor, share, key) == 1:
            everybody[place] = i
            place += 1
            stratum[free[i // area, face[i]]] = i
            free[i // area, face[i]] += 1


@inlined
def is_enrolled(citizen: int, sensor: Word, share: Word, key: tuple[Word, Word]) -> int:
    """Return 1 if a citizen's face is in a sensor's gallery, else 0."""
    w0, _, _, _ = dice.philox(U64(citizen), sensor, U64(0), ENROLLED, key[0], key[1])
    return whole(w0 < share)


@inlined
def whom(
    actor: int,
    word: Word,
    similar: int,
    sensor: int,
    district_size: int,
    known: int,
    local: int,
    galleries: Galleries,
) -> int:
    """Return who is named in place of the actor, or -1 where the gallery holds nobody else.

    `local` is 1 where the sensor's gallery is of a district; `known` if the actor is in it.
    """
    area = whole(0)
    if local == 1:
        area = whole(actor) // district_size
    if similar == 1:
        face = galleries.face[actor]
        low = galleries.same_from[sensor, area, face]
        high = galleries.same_from[sensor, area, face + 1]
        others = high - low - known
        if others > 0:
            return _ranked(galleries.stratum, low, high, actor, known, word, others)
    low = galleries.all_from[sensor, area]
    high = galleries.all_from[sensor, area + 1]
    others = high - low - known
    if others > 0:
        return _ranked(galleries.everybody, low, high, actor, known, word, others)
    return whole(-1)


@inlined
def _ranked(
    members: NDArray[np.uint32],
    low: int,
    high: int,
    actor: int,
    known: int,
    word: Word,
    others: int,
) -> int:
    """Return the member of rank (word * others) >> 32, the actor passed over."""
    rank = whole(dice.below(word, U64(others)))
    if known == 1:
        own = np.searchsorted(members[low:high], np.uint32(actor))
        if rank >= own:
            rank += 1
    return whole(members[low + rank])
