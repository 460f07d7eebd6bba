// A mailer as nodemailer's documentation writes it: `pool.mjs FOLDER PORT LETTERS CONNECTIONS`. FOLDER holds the parts
// of a letter as a reader sees them, `text` and `html`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import nodemailer from "nodemailer";

const [folder, port, letters, connections] = process.argv.slice(2);
const text = readFileSync(join(folder, "text"), "utf8");
const html = readFileSync(join(folder, "html"), "utf8");
const mailer = nodemailer.createTransport({
  host: "127.0.0.1",
  port: Number(port),
  pool: true,
  maxConnections: Number(connections),
  maxMessages: Infinity,
  secure: false,
  ignoreTLS: true,
});

async function send(number) {
  const name = `Læser ${number}`;
  const link = `https://bladet.example/u/${number.toString(16).padStart(64, "0")}`;
  await mailer.sendMail({
    from: "Prøvebladet <nyt@bladet.example>",
    to: { name, address: `laeser.nummer${number}@by.example` },
    subject: "Byen åbner en ny vej langs søen",
    headers: { "List-Unsubscribe": `<${link}>` },
    text: `Kære ${name}\n${text}\nAfmeld: ${link}\n`,
    html: `<p>Kære ${name}</p>${html}<p><a href="${link}">Afmeld</a></p>`,
  });
}

let next = 0;
async function work() {
  while (next < Number(letters)) await send(next++);
}
// Twice as many in line as there are connections, so that none waits for a letter.
await Promise.all(Array.from({ length: 2 * Number(connections) }, work));
mailer.close();
