#!/usr/bin/env python3
"""Verifies the DKIM signatures of letters with two verifiers that share no code with Overblik or each other:
dkimpy (Debian: python3-dkim, python3-nacl) and OpenDKIM's library (Debian: opendkim-tools).

On stdin `{"records": {NAME: TXT}, "letters": {LABEL: FILE}}`: no DNS is asked. On stdout
`{LABEL: {"dkimpy": {SELECTOR: null or why not}, "opendkim": {...}}}`.
"""

import ctypes
import ctypes.util
import json
import sys
import tempfile

import dkim


def by_dkimpy(letter, records):
    def txt(name, timeout=5):
        return records[name.decode().rstrip(".")].encode()

    verdicts = {}
    count = sum(name.lower() == b"dkim-signature" for name, _ in dkim.rfc822_parse(letter)[0])
    for index in range(count):
        # One object per signature: dkimpy keeps what it read of the last one.
        verifier = dkim.DKIM(letter, minkey=2048)
        try:
            why = None if verifier.verify(idx=index, dnsfunc=txt) else "false"
        except dkim.DKIMException as error:
            why = str(error) or type(error).__name__
        selector = verifier.selector
        verdicts[selector.decode() if selector else f"number {index}"] = why
    return verdicts


class OpenDkim:
    """The few calls of <opendkim/dkim.h> that verify a message, keys read from a file."""

    SETOPT, QUERYMETHOD, QUERYINFO, MINKEYBITS = 1, 6, 7, 14
    QUERY_FILE = 1
    FLAG_PASSED = 0x04
    BODY_HASH_MATCHES = 0

    def __init__(self, records):
        # Found by its own name: `find_library` needs a compiler or ldconfig.
        name = ctypes.util.find_library("opendkim") or "libopendkim.so.11"
        self.lib = lib = ctypes.CDLL(name)
        lib.dkim_init.restype = ctypes.c_void_p
        lib.dkim_verify.restype = ctypes.c_void_p
        lib.dkim_sig_getselector.restype = ctypes.c_char_p
        lib.dkim_sig_geterrorstr.restype = ctypes.c_char_p
        self.handle = ctypes.c_void_p(lib.dkim_init(None, None))
        self.keys = tempfile.NamedTemporaryFile("w", suffix=".keys")
        for key, text in records.items():
            self.keys.write(f"{key} {text}\n")
        self.keys.flush()
        path = self.keys.name.encode()
        self.option(self.QUERYMETHOD, ctypes.byref(ctypes.c_int(self.QUERY_FILE)), 4)
        self.option(self.QUERYINFO, path, len(path))
        self.option(self.MINKEYBITS, ctypes.byref(ctypes.c_uint(2048)), 4)

    def option(self, option, value, size):
        status = self.lib.dkim_options(
            self.handle, self.SETOPT, option, value, ctypes.c_size_t(size)
        )
        if status != 0:
            sys.exit(f"dkim_options({option}) gives {status}")

    def verify(self, letter):
        lib, status = self.lib, ctypes.c_int()
        message = ctypes.c_void_p(
            lib.dkim_verify(self.handle, b"test", None, ctypes.byref(status))
        )
        lib.dkim_chunk(message, letter, ctypes.c_size_t(len(letter)))
        lib.dkim_chunk(message, None, ctypes.c_size_t(0))
        lib.dkim_eom(message, None)
        signatures, count = ctypes.POINTER(ctypes.c_void_p)(), ctypes.c_int()
        lib.dkim_getsiglist(message, ctypes.byref(signatures), ctypes.byref(count))
        verdicts = {}
        for index in range(count.value):
            signature = ctypes.c_void_p(signatures[index])
            lib.dkim_sig_process(message, signature)
            passed = lib.dkim_sig_getflags(signature) & self.FLAG_PASSED
            body = lib.dkim_sig_getbh(signature) == self.BODY_HASH_MATCHES
            why = None
            if not (passed and body):
                error = lib.dkim_sig_geterror(signature)
                why = (lib.dkim_sig_geterrorstr(error) or b"no reason").decode()
            verdicts[lib.dkim_sig_getselector(signature).decode()] = why
        lib.dkim_free(message)
        return verdicts


def main():
    asked = json.load(sys.stdin)
    opendkim = OpenDkim(asked["records"])
    told = {}
    for label, file in asked["letters"].items():
        with open(file, "rb") as opened:
            letter = opened.read()
        told[label] = {
            "dkimpy": by_dkimpy(letter, asked["records"]),
            "opendkim": opendkim.verify(letter),
        }
    json.dump(told, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
