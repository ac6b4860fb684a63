"""How Numba is made to compile a program of many small functions once.

Numba compiles every function by itself, and again as a part of each function that calls it. Here a
kernel that other kernels call is a *part*: it is optimised by itself, so that its loops are
vectorised, and no more. What Python calls is an *entry*: it is linked with all that it calls,
turned into machine code, and alone kept on disk.

What remains is mostly Numba's own Python. A third of that was spent in asking a dozen templates, at
each `a + b`, what the sum of two integers is; here each is asked once.
"""

import gc
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from llvmlite import binding as llvm
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, CompileResult, DefaultPassBuilder
from numba.core.compiler_machinery import register_pass
from numba.core.runtime import _nrt_python
from numba.core.typed_passes import BaseNativeLowering, NativeLowering
from numba.core.types.functions import BaseFunction


def _remember_signatures() -> None:
    """Let Numba resolve a call of a built-in function once for each kinds of arguments."""
    resolve = BaseFunction.get_call_type

    def get_call_type(self: Any, context: Any, args: Any, kws: Any) -> Any:
        if kws:
            return resolve(self, context, args, kws)
        known = self.__dict__.setdefault("_known_calls", {})
        key = tuple(args)
        if key not in known:
            known[key] = resolve(self, context, args, kws)
        return known[key]

    BaseFunction.get_call_type = get_call_type  # type: ignore[method-assign]


_remember_signatures()


class PartLibrary(JITCodeLibrary):
    """The code of a kernel for the entries that it becomes a part of: no machine code is made."""

    _linking_libraries: list[Any]
    inline = False
    """Whether it is compiled into each of its callers."""

    def finalize(self) -> None:
        """Optimise it with what is compiled into it; whoever links it links what else it calls.

        Its loops are vectorised here: in an entry, which is large, many would not be.
        """
        if not self.inline:
            called = _closed(self._linking_libraries, lambda library: library.inline)
            for library in called:
                if isinstance(library, PartLibrary) and library.inline:
                    self._final_module.link_in(library._get_module_for_linking(), preserve=True)
            self._optimize_final_module()
        self._finalized = True


def _closed(libraries: list[Any], through: Callable[[PartLibrary], bool]) -> list[Any]:
    """Return libraries and what they link, through parts of a kind; callers come first."""
    found = list(libraries)
    for library in found:  # It grows while we go through it.
        if isinstance(library, PartLibrary) and through(library):
            found += [part for part in library._linking_libraries if part not in found]
    return found


class EntryLibrary(JITCodeLibrary):
    """The code of an entry, with that of all kernels that it calls, itself or through others."""

    _linking_libraries: list[Any]

    def finalize(self) -> None:
        """Link every part once, callers before what they call; then optimise and compile.

        Raises:
            FloatingPointError: if the code holds a floating-point operation.
        """
        self._linking_libraries = _closed(self._linking_libraries, lambda library: True)
        super().finalize()
        _require_integers(self.name, str(self._final_module))

    @classmethod
    def from_object(cls, codegen: Any, name: str, code: bytes, defined: set[str]) -> "EntryLibrary":
        """Return a library of machine code that was made earlier, and defines these symbols."""
        self = cls(codegen, name)
        self.enable_object_caching()
        self._set_compiled_object(code)
        self._finalize_final_module()
        codegen._engine._defined_symbols |= defined
        return self


_FLOATING = re.compile(r"(?<![%@.\w])(?:double|float|half)\b")
"""A type in LLVM's language; %half is a name."""
_QUOTED = re.compile(r'"[^"]*"')


def _require_integers(name: str, code: str) -> None:
    """Raise a FloatingPointError if code holds a floating-point operation.

    The same bits on any machine rest on there being none: additions may be put in another order.
    """
    lines = (line for line in code.splitlines() if line.startswith(("  ", "define")))
    found = [line.strip() for line in lines if _FLOATING.search(_QUOTED.sub("", line))]
    if found:
        raise FloatingPointError(f"{name} holds a floating-point operation: {found[0]}")


class _Lowering(BaseNativeLowering):
    """Numba's last pass: from typed code to LLVM's."""

    @staticmethod
    def library(codegen: Any, name: str) -> JITCodeLibrary:
        """Return what the code goes into."""
        raise NotImplementedError

    @property
    def lowering_class(self) -> Any:
        """Numba's own."""
        return NativeLowering().lowering_class

    def run_pass(self, state: Any) -> Any:
        """Lower into a library of ours."""
        state.library = self.library(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.inline = bool(state.flags.forceinline)
        return super().run_pass(state)


@register_pass(mutates_CFG=True, analysis_only=False)
class PartLowering(_Lowering):
    """Lower a kernel that other kernels call."""

    _name = "part_lowering"

    @staticmethod
    def library(codegen: Any, name: str) -> PartLibrary:
        """Return a library that is never compiled by itself."""
        return PartLibrary(codegen, name)

    def run_pass(self, state: Any) -> bool:
        """Lower it, and tell Numba where its code is."""
        state.flags.no_compile = True
        super().run_pass(state)
        # Numba finds a function's code by its entry point, and asks for a built-in one. A part has
        # none: a method of a list of its own stands for it, and is never called.
        made = state["cr"] = state["cr"]._replace(cfunc=[].append)
        state.targetctx.insert_user_function(made.cfunc, made.fndesc, [state.library])
        return True


@register_pass(mutates_CFG=True, analysis_only=False)
class EntryLowering(_Lowering):
    """Lower an entry, and compile it with all its parts."""

    _name = "entry_lowering"

    @staticmethod
    def library(codegen: Any, name: str) -> EntryLibrary:
        """Return a library whose machine code can be kept."""
        made = EntryLibrary(codegen, name)
        made.enable_object_caching()
        return made


def _pipeline(state: Any, lowering: type) -> list[Any]:
    """Return Numba's passes with the last replaced."""
    passes = DefaultPassBuilder.define_nopython_pipeline(state)
    passes.passes = [
        (lowering, about) if each is NativeLowering else (each, about)
        for each, about in passes.passes
    ]
    passes.finalize()
    return [passes]


class PartCompiler(CompilerBase):
    """Numba's pipeline for a kernel that other kernels call."""

    def define_pipelines(self) -> list[Any]:
        """Return the passes."""
        return _pipeline(self.state, PartLowering)


class EntryCompiler(CompilerBase):
    """Numba's pipeline for a kernel that Python calls."""

    def compile_extra(self, func: Any) -> Any:
        """Compile it. Garbage is not collected meanwhile: there is little, and much to look at."""
        was = gc.isenabled()
        gc.disable()
        try:
            return super().compile_extra(func)
        finally:
            if was:
                gc.enable()

    def define_pipelines(self) -> list[Any]:
        """Return the passes."""
        return _pipeline(self.state, EntryLowering)


def packed(result: CompileResult) -> tuple[Any, ...]:
    """Return what of a compiled entry can be kept on disk."""
    library = result.library
    names = {function.name for function in library.get_defined_functions()}
    names |= {
        each.name for each in library._final_module.global_variables if not each.is_declaration
    }
    fndesc = result.fndesc
    fndesc.typemap = fndesc.calltypes = None
    return (
        library.name,
        library._get_compiled_object(),
        names,
        fndesc,
        result.environment,
        result.signature,
        # Those of Numba's own functions hold nothing, and would import half of Numba when loaded.
        tuple(env for env in result._find_referenced_environments() if env.consts),
    )


@cache
def _introduce_runtime() -> None:
    """Tell LLVM where the functions lie by which machine code asks for memory.

    Numba does so before it compiles, after it has imported whatever it can compile; machine code
    needs none of that.
    """
    for name, address in _nrt_python.c_helpers.items():
        llvm.add_symbol(name if name.startswith("_") else f"NRT_{name}", address)


def unpacked(target: Any, kept: tuple[Any, ...]) -> CompileResult:
    """Return an entry as it was compiled earlier, perhaps by another process."""
    _introduce_runtime()
    name, code, names, fndesc, environment, signature, environments = kept
    library = EntryLibrary.from_object(target.codegen(), name, code, names)
    result = CompileResult(
        typing_context=target.typing_context,
        target_context=target,
        entry_point=target.get_executable(library, fndesc, environment),
        typing_error=None,
        type_annotation="",
        signature=signature,
        objectmode=False,
        lifted=(),
        fndesc=fndesc,
        library=library,
        call_helper=None,
        environment=environment,
        metadata=None,
        reload_init=[],
        referenced_envs=environments,
    )
    for each in environments:
        library.codegen.set_env(each.env_name, each)
    return result
