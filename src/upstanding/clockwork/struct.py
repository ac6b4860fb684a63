"""Structs: many arrays and numbers that kernels take as one pointer.

A named tuple is passed to a kernel by value: each array in it is seven words, and Numba compiles
code for every word at every call. A struct is passed by reference, as one word. In memory it is a
row of 64-bit words: a number is one of them, another struct its address, an array what Numba makes
of one (owner, Python object, items, bytes an item, address, shape, strides).

A struct is frozen: its fields never change, though what is in its arrays does. So a kernel may
read a field once, however often the code asks for it. Python keeps the arrays alive, and kernels
count no references to them. A kernel may return an array that is a field; of a part of one it has
to return a copy.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping
from ctypes import c_size_t
from functools import cache
from typing import (
    Annotated,
    Any,
    Self,
    TypeVar,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel.models import PrimitiveModel
from numba.core.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    register_model,
    unbox,
)
from numba.core.typing.templates import AttributeTemplate
from numba.np import numpy_support
from numpy.typing import NDArray

Function = TypeVar("Function", bound=Callable[..., Any])


def _once(function: Function) -> Function:
    """Remember what a function returns; for mypy no frozen class is a key of `cache`."""
    return cast("Function", cache(function))


@dataclass_transform(eq_default=False, frozen_default=True)
class Struct:
    """A row of named arrays, integers and structs, given by position or by name.

    A field says what it holds: `NDArray[np.int32]` is an array of one dimension,
    `Annotated[NDArray[np.int32], 2]` of two, `Annotated[Array, STAY]` one of records; `int` an
    integer of 64 bits, `np.uint32` and `np.uint64` are words, `tuple[Word, Word]` is two; or it is
    another struct.

    Raises:
        TypeError: if a field is missing or not known; where a kernel takes it, if one holds
            something else than it says.

    >>> class Fees(Struct):
    ...     amount: NDArray[np.int64]
    ...     capped: int
    >>> Fees(amount=np.array([100, 200]), capped=1).capped
    1
    """

    def __init__(self, *values: Any, **named: Any) -> None:
        kinds = fields_of(type(self))
        given = dict(zip(kinds, values, strict=False)) | named
        if len(values) + len(named) != len(kinds) or given.keys() != kinds.keys():
            raise TypeError(f"{type(self).__qualname__} takes the fields {', '.join(kinds)}")
        # Not by `setattr`, which a frozen class does not have.
        self.__dict__.update({name: given[name] for name in kinds})

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a struct is frozen: make another with {name} replaced")

    def __iter__(self) -> Iterator[Any]:
        return (self.__dict__[name] for name in fields_of(type(self)))

    def __reduce__(self) -> tuple[Any, ...]:
        # Not its address, which means nothing to a copy or to another process.
        return type(self), tuple(self)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name."""
        return {name: self.__dict__[name] for name in fields_of(type(self))}

    def replaced(self, **named: Any) -> Self:
        """Return a struct with some fields replaced."""
        return type(self)(**(self.as_dict() | named))

    @property
    def _numba_type_(self) -> "StructType":
        return struct_type(type(self))

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of the fields."""
        return tuple(fields_of(cls))

    def __getattr__(self, name: str) -> Any:
        # Kernels ask for it, and the first makes it; from then on it is an attribute.
        if name != "_address":
            raise AttributeError(f"{type(self).__qualname__} has no field {name}")
        row: list[int] = []
        for field, kind in fields_of(type(self)).items():
            value = self.__dict__[field]
            if not holds(value, kind):
                found = f"{value.ndim} of {value.dtype}" if isinstance(value, np.ndarray) else value
                where = f"{type(self).__module__}.{type(self).__qualname__}.{field}"
                raise TypeError(f"{where} is declared as {kind}, and holds {found}")
            row += _words(value)
        # Of two threads that make it at once, both take what the first has kept.
        words = self.__dict__.setdefault("_kept", array("Q", row))
        return self.__dict__.setdefault("_address", words.buffer_info()[0])


def _words(value: Any) -> tuple[int, ...]:
    """Return the words of a field."""
    if isinstance(value, np.ndarray):
        # No owner that kernels would count references to; Python's object is known.
        begin = (0, id(value), value.size, value.itemsize, _address(value))
        return (*begin, *value.shape, *value.strides)
    if isinstance(value, tuple):
        return tuple(map(int, value))
    return (value._address if isinstance(value, Struct) else int(value) & _LOW,)


def _address(held: NDArray[Any]) -> int:
    """Return where the items of an array lie."""
    if _LIES_AT:
        return c_size_t.from_address(id(held) + _LIES_AT).value
    return int(held.__array_interface__["data"][0])


def _data_lies_at() -> int:
    """Return where NumPy's object has the address of its items: after what every object has.

    What it tells of itself takes ten times as long to ask for. Return 0 where it is not so.
    """
    place, tried = object.__basicsize__, np.zeros(3, np.int16)
    found = c_size_t.from_address(id(tried) + place).value
    return place if found == tried.__array_interface__["data"][0] else 0


_LIES_AT = _data_lies_at()
_LOW = (1 << 64) - 1


@_once
def fields_of(struct: Any) -> Mapping[str, types.Type]:
    """Return the names of a struct's fields and what kernels take them for."""
    hints = get_type_hints(struct, include_extras=True)
    kinds = {name: kernel_type(hint) for name, hint in hints.items()}
    if named := [name for name, kind in kinds.items() if isinstance(kind, types.NamedTuple)]:
        raise TypeError(f"{struct.__qualname__} cannot hold a named tuple: {', '.join(named)}")
    return kinds


@cache
def kernel_type(hint: Any) -> types.Type:
    """Return what a kernel takes an annotation for.

    Raises:
        TypeError: if it says too little for machine code.
    """
    plain = {int: types.int64, np.uint32: types.uint32, np.uint64: types.uint64}
    if hint in plain:
        return plain[hint]
    if isinstance(hint, type) and issubclass(hint, Struct):
        return struct_type(hint)
    if isinstance(hint, type) and issubclass(hint, tuple):
        held = get_type_hints(hint, include_extras=True).values()
        return types.NamedTuple([kernel_type(part) for part in held], hint)
    if get_origin(hint) is tuple:
        return types.Tuple([kernel_type(part) for part in get_args(hint)])
    return _array_type(hint)


def _array_type(hint: Any) -> types.Type:
    more: Any = 1
    if get_origin(hint) is Annotated:
        hint, more = get_args(hint)
    if get_origin(hint) is not np.ndarray:
        raise TypeError(f"{hint} says too little for machine code")
    (item,) = get_args(get_args(hint)[1])
    if isinstance(more, np.dtype):
        item, more = more, 1
    elif not (isinstance(item, type) and issubclass(item, np.generic)):
        raise TypeError(f"{hint} says too little for machine code")
    kind = types.Array(numpy_support.from_dtype(np.dtype(item)), more, "C")
    kind.of_numpy = np.dtype(item)  # What NumPy calls it: asked for at each call.
    return kind


def holds(value: Any, kind: types.Type) -> bool:
    """Return whether a value can be read as what it is declared to be."""
    if isinstance(kind, types.Array):
        return (
            isinstance(value, np.ndarray)
            and value.ndim == kind.ndim
            and _is_same(value.dtype, kind.of_numpy)
            and value.flags.c_contiguous
        )
    if isinstance(kind, StructType):
        return isinstance(value, kind.struct)
    return isinstance(value, tuple if isinstance(kind, types.BaseTuple) else int | np.integer)


def _is_same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    # Records are compared field by field; what was found to be the same is known by what it is.
    held = _SAME.get(id(one))
    if held is None or held[0] is not one or held[1] is not other:
        if one != other:
            return False
        if len(_SAME) < 256:
            _SAME[id(one)] = one, other
    return True


_SAME: dict[int, tuple[Any, Any]] = {}


class StructType(types.Type):
    """What Numba knows of a struct: its fields, and at which word each begins."""

    def __init__(self, struct: type[Struct]) -> None:
        self.struct = struct
        super().__init__(name=f"{struct.__module__}.{struct.__qualname__}")

    @property
    def fields(self) -> Mapping[str, types.Type]:
        """The fields."""
        return fields_of(self.struct)

    def place_of(self, name: str) -> int:
        """Return the first word of a field."""
        place = 0
        for other, kind in self.fields.items():
            if other == name:
                break
            place += _width(kind)
        return place


def layout(kind: types.Type) -> str:
    """Return what machine code takes for granted of a type: of a struct, where its fields are."""
    return _fields(kind.struct) if isinstance(kind, StructType) else str(kind)


@_once
def _fields(struct: Any) -> str:
    fields = (f"{name}: {layout(held)}" for name, held in fields_of(struct).items())
    return f"{struct.__qualname__}({', '.join(fields)})"


@_once
def struct_type(struct: Any) -> StructType:
    """Return the one type of a struct."""
    return StructType(struct)


def _width(kind: types.Type) -> int:
    if isinstance(kind, types.Array):
        return int(5 + 2 * kind.ndim)
    return int(getattr(kind, "count", 1))


@register_model(StructType)
class _Model(PrimitiveModel):
    """A pointer to the words."""

    def __init__(self, dmm: Any, fe_type: StructType) -> None:
        super().__init__(dmm, fe_type, ir.IntType(64).as_pointer())


@infer_getattr
class _Attributes(AttributeTemplate):
    """Which fields kernels may read."""

    key = StructType

    def generic_resolve(self, typ: StructType, attr: str) -> types.Type | None:
        return typ.fields.get(attr)


@lower_getattr_generic(StructType)
def _read_field(context: Any, builder: Any, typ: StructType, val: Any, attr: str) -> Any:
    """Read a field; LLVM is told that it never changes, so that loops read it once."""
    kind, place = typ.fields[attr], typ.place_of(attr)

    def word(number: int) -> Any:
        at = builder.gep(val, [ir.Constant(ir.IntType(64), place + number)], inbounds=True)
        loaded = builder.load(at)
        loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
        return loaded

    if isinstance(kind, types.Array):
        made = context.make_array(kind)(context, builder)
        item = context.get_abi_sizeof(context.get_data_type(kind.dtype))
        shape = [word(5 + axis) for axis in range(kind.ndim)]
        strides = [word(5 + kind.ndim + axis) for axis in range(kind.ndim)]
        made.meminfo = cgutils.get_null_value(made.meminfo.type)
        made.parent = builder.inttoptr(word(1), made.parent.type)
        made.nitems = word(2)
        made.itemsize = ir.Constant(ir.IntType(64), item)
        made.data = builder.inttoptr(word(4), made.data.type)
        made.shape = cgutils.pack_array(builder, shape)
        made.strides = cgutils.pack_array(builder, strides)
        return made._getvalue()
    if isinstance(kind, types.BaseTuple):
        return context.make_tuple(builder, kind, [word(number) for number in range(len(kind))])
    if isinstance(kind, StructType):
        return builder.inttoptr(word(0), context.get_value_type(kind))
    return builder.trunc(word(0), ir.IntType(32)) if kind == types.uint32 else word(0)


@unbox(StructType)
def _take(typ: StructType, obj: Any, c: Any) -> NativeValue:
    """Take a struct from Python: its address."""
    at = c.pyapi.object_getattr_string(obj, "_address")
    failed = cgutils.is_null(c.builder, at)
    result = cgutils.alloca_once_value(c.builder, ir.Constant(ir.IntType(64), 0))
    with c.builder.if_then(c.builder.not_(failed)):
        c.builder.store(c.pyapi.long_as_longlong(at), result)
        c.pyapi.decref(at)
    pointer = c.builder.inttoptr(c.builder.load(result), c.context.get_value_type(typ))
    return NativeValue(pointer, is_error=failed)
