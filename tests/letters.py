"""Reads a folder of letters as another mail program would and tells what is wrong with them.

usage: letters.py OUTBOX KNOWN

KNOWN is a JSON file: {"newsletter": {...}, "subscribers": [...], "titles": [...]}, as `overblik check`, `subscribers
list` and `articles` print them. Prints {"letters": number, "alike": number of readers whose choices others share,
"greetings": {address: greeting}, "faults": [{"letter": name, "fault": words}]}.
"""

import email
import json
import re
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from email import policy
from html.parser import HTMLParser
from pathlib import Path

ONCE = ["Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Reply-To", "List-Id", "List-Unsubscribe",
        "List-Unsubscribe-Post", "Auto-Submitted", "Content-Type"]
NEVER = ["Bcc", "Cc", "Return-Path", "X-Originating-IP", "X-Priority", "Disposition-Notification-To", "List-Post"]
DATE = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} " \
       r"\d\d:\d\d:\d\d \+0[12]00"
# UTF-8 read as Latin-1, what cannot be read, and entities escaped twice.
MOJIBAKE = re.compile("Ã[\u0080-\u00bf¦¸¥†˜…]|Â[\u0080-\u00bf]|\ufffd|&amp;[a-z]+;|&amp;#[0-9]+;")
MONTHS = {"da": "januar februar marts april maj juni juli august september oktober november december".split(),
          "en": "January February March April May June July August September October November December".split()}
TOKEN = re.compile(r"/[up]/([A-Za-z0-9_-]{22,})")


class Page(HTMLParser):
    """The words, links and pictures of an HTML part."""

    def __init__(self, text):
        super().__init__()
        self.words, self.links, self.images, self.hushed = [], [], [], 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag in ("style", "title"):
            self.hushed += 1
        if tag == "img":
            self.images.append(attributes)
        for name in ("href", "src", "background", "srcset", "action"):
            if attributes.get(name):
                self.links.append(attributes[name])
        self.links += re.findall(r"url\(['\"]?([^)'\"]+)", attributes.get("style") or "")

    def handle_endtag(self, tag):
        if tag in ("style", "title"):
            self.hushed -= 1

    def handle_data(self, data):
        if not self.hushed:
            self.words.append(data)

    def text(self):
        return " ".join(" ".join(self.words).split())


def header_faults(raw, message, reader, known):
    """What standards say of the header block: RFC 5322, 2047, 2919, 2369, 8058, 3834."""
    block = raw.split(b"\r\n\r\n", 1)[0]
    if any(byte > 126 or (byte < 32 and byte not in b"\r\n\t") for byte in block):
        yield "the header block is not seven-bit text"
    for line in block.decode("ascii", "replace").split("\r\n"):
        # An id and a link cannot be broken.
        if len(line) > 78 and not re.match("Message-ID:|List-Unsubscribe:", line):
            yield f"a header line of {len(line)} octets: {line}"
        if "=?" in line and len(line) > 76:
            yield f"an encoded word on a line of {len(line)} octets"
    for word in re.findall(rb"=\?[^?]+\?[^?]\?[^?]*\?=", block):
        if len(word) > 75 or not word.lower().startswith((b"=?utf-8?q?", b"=?utf-8?b?")):
            yield f"an encoded word that is none: {word}"
    counts = Counter(name.lower() for name in message.keys())
    for name in ONCE:
        if counts[name.lower()] != 1:
            yield f"{counts[name.lower()]} fields {name}"
    for name, count in counts.items():
        if count > 1:
            yield f"{count} fields {name}"
        if name in [never.lower() for never in NEVER]:
            yield f"a field {name}"
    stated = lambda name: re.sub(r"\r?\n", "", str(message.get(name, "")))
    if not re.fullmatch(DATE, stated("Date")):
        yield f"the date {stated('Date')}"
    elif message["Date"].datetime.strftime("%a") != stated("Date")[:3]:
        yield "the date has another weekday"
    elif message["Date"].datetime.utcoffset() not in (timedelta(hours=1), timedelta(hours=2)):
        yield "the date has another zone"
    sender = message["From"].addresses
    sent_from = f"{sender[0].display_name} <{sender[0].addr_spec}>" if len(sender) == 1 else str(sender)
    if sent_from != known["newsletter"]["from"]:
        yield f"it is from {sent_from}"
    if message["Reply-To"] and message["Reply-To"].addresses[0].addr_spec != known["newsletter"]["reply_to"]:
        yield "answers go elsewhere"
    domain = known["newsletter"]["from"].rstrip(">").split("@")[1]
    if not re.fullmatch(rf"<[A-Za-z0-9.-]+@([a-z0-9-]+\.)*{re.escape(domain)}>", stated("Message-ID")):
        yield f"the Message-ID {stated('Message-ID')}"
    list_id = str(email.header.make_header(email.header.decode_header(stated("List-Id"))))
    if " ".join(list_id.split()) != f"{known['newsletter']['name']} <{known['newsletter']['list_id']}>":
        yield f"the List-Id {list_id}"
    leave = re.findall(r"<([^>]*)>", stated("List-Unsubscribe"))
    if [uri.split(":")[0] for uri in leave if not uri.startswith("mailto:")] != ["https"]:
        yield f"List-Unsubscribe names {leave}"
    if stated("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click":
        yield "List-Unsubscribe-Post says something else"
    if stated("Auto-Submitted") != "auto-generated":
        yield "Auto-Submitted says something else"
    if len(message["To"].addresses) != 1:
        yield f"it is to {message['To']}"
    subject = stated("Subject").removesuffix("…").rstrip()
    prefix = {"da": "Ugen: ", "en": "This week: "}[reader["language"]] if reader["frequency"] == "weekly" else ""
    titles = [prefix + title for title in known["titles"]]
    if not any(title.startswith(subject) for title in titles) or len(subject) > 60:
        yield f"the subject {stated('Subject')} is no article's title"


def shape_faults(raw, message, reader):
    """Parts, charsets, encodings and lines."""
    if re.search(rb"(?<!\r)\n|\r(?!\n)", raw):
        yield "a line that does not end in CRLF"
    head, body = raw.split(b"\r\n\r\n", 1)
    if max(map(len, head.split(b"\r\n"))) > 998:
        yield "a header line over 998 octets"
    for line in body.split(b"\r\n"):
        if len(line) > 76:
            yield f"a line of {len(line)} octets"
        if line.startswith(b"."):
            yield "a line that begins with a dot"
    for part in message.walk():
        for defect in part.defects:
            yield f"a defect: {defect!r}"
        if part.is_multipart():
            continue
        if str(part.get_content_charset()).lower() != "utf-8":
            yield f"the charset {part.get_content_charset()}"
        if part["Content-Transfer-Encoding"] != "quoted-printable":
            yield f"the encoding {part['Content-Transfer-Encoding']}"
        if part.get_content_disposition():
            yield "an attachment"
    kinds = [part.get_content_type() for part in message.walk()]
    wanted = ["text/plain"] if reader["format"] == "text" else ["multipart/alternative", "text/plain", "text/html"]
    if kinds != wanted:
        yield f"its parts are {kinds}"


def word_faults(message, reader, others):
    """What the reader sees in each part."""
    leave = re.search(r"<(https:[^>]*)>", re.sub(r"\r?\n ?", "", str(message["List-Unsubscribe"])))
    leave = leave.group(1) if leave else "no link"
    name = reader["first_name"] or reader["name"]
    greeting = {"da": "Kære ", "en": "Dear "}[reader["language"]] + \
        (name or {"da": "læser", "en": "reader"}[reader["language"]])
    if (message["To"].addresses[0].display_name or None) != name:
        yield f"it is to the name {message['To']}"
    token = TOKEN.findall(leave)
    for part in message.walk():
        if part.is_multipart():
            continue
        kind, text = part.get_content_type(), part.get_content()
        for found in MOJIBAKE.findall(text):
            yield f"garbled in {kind}: {found!r}"
        if any(mail in text.lower() for mail in others):
            yield f"another reader's address in {kind}"
        if set(TOKEN.findall(text)) != set(token):
            yield f"another token in {kind}"
        if signed_up(reader) not in text:
            yield f"the {kind} part does not tell {signed_up(reader)!r}"
        if kind == "text/plain":
            lines = text.splitlines()
            if leave not in lines:
                yield "the text part has not the header's unsubscribe link on a line of its own"
            if greeting not in lines:
                yield f"the text part does not greet with {greeting!r}"
            for found in re.findall(r"</?[a-zA-Z!][^>]*>|&[a-zA-Z]+;|&#\d+;|[\u200b-\u200d\u00ad\ufeff]", text):
                yield f"the text part has {found!r}"
            if "http:" in text:
                yield "an http link in the text part"
            if not re.search("[æøåÆØÅ]", text):
                yield "the text part has no Danish letters"
        else:
            page = Page(text)
            if leave not in page.links:
                yield "the HTML part has not the header's unsubscribe link"
            if greeting not in page.text():
                yield f"the HTML part does not greet with {greeting!r}"
            for link in page.links:
                if not re.match(r"https://|mailto:|#", link):
                    yield f"the link {link}"
            for image in page.images:
                style = image.get("style") or ""
                tiny = [image.get(side) for side in ("width", "height")]
                if any(re.fullmatch(r"[012](px)?", size or "") for size in tiny) or \
                        re.search(r"(?<![-\w])(width|height):\s*[012]px|display:\s*none|visibility:\s*hidden", style):
                    yield f"a picture nobody can see: {image.get('src')}"
                if not (tiny[0] and tiny[1] and "alt" in image):
                    yield f"a picture without size or alt: {image.get('src')}"


def signed_up(reader):
    """What a letter tells its reader of the consent on record."""
    language = reader["language"]
    if not reader.get("consent"):
        return {"da": "fordi du har tilmeldt dig", "en": "because you signed up for"}[language]
    day = datetime.fromisoformat(reader["consent"]["at"])
    month = MONTHS[language][day.month - 1]
    return {"da": f"fordi du den {day.day}. {month} {day.year} tilmeldte dig",
            "en": f"because you signed up on {day.day} {month} {day.year} for"}[language]


def without_own(message, reader):
    """The letter with all taken out that may tell one reader from another."""
    name = reader["first_name"] or reader["name"] or {"da": "læser", "en": "reader"}[reader["language"]]
    own = ("to", "message-id", "list-unsubscribe")
    headers = [(key, str(value)) for key, value in message.items() if key.lower() not in own]
    parts = []
    for part in message.walk():
        if not part.is_multipart():
            text = TOKEN.sub("/own", part.get_content()).replace(signed_up(reader), "signed up")
            for dear in ("Kære ", "Dear "):
                for written in (name, name.replace("&", "&amp;").replace('"', "&quot;").replace("'", "&#39;")):
                    text = text.replace(dear + written, dear)
            parts.append(text)
    return headers, parts


def main(outbox, known):
    known = json.loads(Path(known).read_text(encoding="utf-8"))
    readers = {reader["email"].lower(): reader for reader in known["subscribers"]}
    public = {known["newsletter"]["from"].rstrip(">").split("<")[-1], known["newsletter"]["reply_to"]}
    faults, greetings, ids, tokens, like = [], {}, Counter(), defaultdict(set), defaultdict(list)
    letters = sorted(Path(outbox).glob("*.eml"))
    for path in letters:
        fault = lambda words: faults.append({"letter": path.name, "fault": words})
        raw = path.read_bytes()
        message = email.message_from_bytes(raw, policy=policy.default)
        to = message["To"].addresses[0].addr_spec.lower() if message["To"] else None
        reader = readers.get(to)
        if reader is None:
            fault(f"it is to {to}, who is no reader")
            continue
        others = set(readers) - public - {reader["email"].lower()}
        for words in [*header_faults(raw, message, reader, known), *shape_faults(raw, message, reader),
                      *word_faults(message, reader, others)]:
            fault(words)
        text = message.get_body(("plain",)).get_content()
        greetings[reader["email"]] = next((line for line in text.splitlines() if line.startswith(("Kære ", "Dear "))), None)
        if f"{message['Message-ID'][1:].split('@')[0]}.eml" != path.name:
            fault("its name is not its Message-ID's left part")
        ids[message["Message-ID"]] += 1
        for token in TOKEN.findall(str(message["List-Unsubscribe"])):
            tokens[token].add(to)
        choices = tuple(str(sorted(reader[key])) for key in ("topics", "sections")) + \
            tuple(reader[key] for key in ("format", "language", "frequency"))
        like[choices].append((path.name, without_own(message, reader)))
    for shared, count in ids.items():
        if count > 1:
            faults.append({"letter": shared, "fault": "two letters have this Message-ID"})
    for token, held in tokens.items():
        if len(held) > 1:
            faults.append({"letter": token, "fault": "two readers have this token"})
    for same in like.values():
        for name, letter in same[1:]:
            if letter != same[0][1]:
                faults.append({"letter": name, "fault": f"it differs from {same[0][0]} of a reader with equal choices"})
    alike = sum(len(same) for same in like.values() if len(same) > 1)
    print(json.dumps({"letters": len(letters), "alike": alike, "greetings": greetings, "faults": faults}))


main(*sys.argv[1:])
