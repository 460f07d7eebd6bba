"""A mailer of Python's own library: `smtplib_pool.py FOLDER PORT LETTERS CONNECTIONS`, a thread a connection.

FOLDER holds the parts of a letter as a reader sees them, `text` and `html`.
"""

import smtplib
import sys
import threading
from email.message import EmailMessage
from pathlib import Path


def letter(text, html, number):
    name = f"Læser {number}"
    link = f"https://bladet.example/u/{number:064x}"
    message = EmailMessage()
    message["From"] = "Prøvebladet <nyt@bladet.example>"
    message["To"] = f"{name} <laeser.nummer{number}@by.example>"
    message["Subject"] = "Byen åbner en ny vej langs søen"
    message["List-Unsubscribe"] = f"<{link}>"
    message.set_content(f"Kære {name}\n{text}\nAfmeld: {link}\n")
    message.add_alternative(
        f'<p>Kære {name}</p>{html}<p><a href="{link}">Afmeld</a></p>', subtype="html"
    )
    return message


def main():
    folder, port, letters, connections = sys.argv[1:]
    text = (Path(folder) / "text").read_text(encoding="utf-8")
    html = (Path(folder) / "html").read_text(encoding="utf-8")
    failed = []

    def work(thread):
        try:
            with smtplib.SMTP("127.0.0.1", int(port)) as relay:
                for number in range(thread, int(letters), int(connections)):
                    relay.send_message(letter(text, html, number))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(int(connections))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


main()
