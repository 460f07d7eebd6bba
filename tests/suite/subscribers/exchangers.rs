//! What the DNS says of the readers' mail domains: a name server of the test's own, on loopback.

use std::{
    collections::BTreeMap,
    net::{SocketAddr, UdpSocket},
    sync::{Arc, Mutex},
    thread,
};

use super::World;

const A: u16 = 1;
const MX: u16 = 15;

/// What it says of a name: a code, and answers by type.
#[derive(Clone, Copy)]
enum Says {
    /// A mail server.
    Exchanger,
    /// That there is none (RFC 7505).
    NullExchanger,
    /// An address, and no mail server.
    Address,
    /// The name, and nothing under it.
    Nothing,
    /// That there is no such name.
    NoName,
    /// Not a word.
    Silence,
}

/// A name server, and what it was asked: name and type.
struct NameServer {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<(String, u16)>>>,
}

impl NameServer {
    fn start(says: &[(&str, Says)]) -> Self {
        let says: BTreeMap<String, Says> = says
            .iter()
            .map(|(name, says)| ((*name).to_owned(), *says))
            .collect();
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        // It ends with the process: nothing waits for it.
        thread::spawn(move || {
            let mut packet = [0; 1500];
            while let Ok((length, from)) = socket.recv_from(&mut packet) {
                let (name, kind, end) = question(&packet[..length]);
                heard.lock().unwrap().push((name.clone(), kind));
                let said = says.get(&name).copied().unwrap_or(Says::NoName);
                if let Some(answer) = answer(&packet[..end], said, kind) {
                    socket.send_to(&answer, from).unwrap();
                }
            }
        });
        Self { address, asked }
    }
}

/// The name and type asked for, and where the question ends (RFC 1035 §4.1.2).
fn question(packet: &[u8]) -> (String, u16, usize) {
    let (mut labels, mut at) = (Vec::new(), 12);
    while packet[at] != 0 {
        let end = at + 1 + usize::from(packet[at]);
        labels.push(
            String::from_utf8(packet[at + 1..end].to_vec())
                .unwrap()
                .to_lowercase(),
        );
        at = end;
    }
    let kind = u16::from_be_bytes([packet[at + 1], packet[at + 2]]);
    (labels.join("."), kind, at + 5)
}

fn answer(question: &[u8], says: Says, kind: u16) -> Option<Vec<u8>> {
    let data: Option<&[u8]> = match (says, kind) {
        (Says::Silence, _) => return None,
        (Says::Exchanger, MX) => Some(&[0, 10, 2, b'm', b'x', 0xc0, 12]),
        (Says::NullExchanger, MX) => Some(&[0, 0, 0]),
        (Says::Address, A) => Some(&[192, 0, 2, 1]),
        _ => None,
    };
    let code = if matches!(says, Says::NoName) { 3 } else { 0 };
    let mut packet = question[..2].to_vec();
    packet.extend([
        0x81,
        0x80 | code,
        0,
        1,
        0,
        u8::from(data.is_some()),
        0,
        0,
        0,
        0,
    ]);
    packet.extend(&question[12..]);
    if let Some(data) = data {
        packet.extend([0xc0, 12]);
        packet.extend(kind.to_be_bytes());
        packet.extend([0, 1, 0, 0, 0, 60, 0, u8::try_from(data.len()).unwrap()]);
        packet.extend(data);
    }
    Some(packet)
}

fn list(addresses: &[&str]) -> World {
    let text: String = addresses
        .iter()
        .map(|address| format!("[[subscriber]]\nemail = \"{address}\"\n\n"))
        .collect();
    World::new(&[("a.toml", &text)])
}

#[test]
fn a_domain_without_anybody_who_takes_mail_is_warned_about_and_costs_nobody() {
    let server = NameServer::start(&[
        ("god.example", Says::Exchanger),
        ("xn--blbr-roah.example", Says::Exchanger),
        ("adresse.example", Says::Address),
        ("nul.example", Says::NullExchanger),
        ("tom.example", Says::Nothing),
    ]);
    let world = list(&[
        "a@god.example",
        "b@GOD.example",
        "c@bl\u{e5}b\u{e6}r.example",
        "d@adresse.example",
        "e@nul.example",
        "f@tom.example",
        "g@væk.example",
        "h@væk.example",
    ]);
    let address = server.address.to_string();
    let said = world.run(&["check", "--mx", "--name-server", &address]);
    assert_eq!(said.code, 0, "{}", said.err);
    let warned: Vec<&str> = said
        .err
        .lines()
        .filter(|line| line.starts_with("warning: "))
        .collect();
    assert_eq!(
        warned,
        [
            "warning: subscribers/a.toml:13: `email`: the mail domain `nul.example` says that it takes no mail: 1 reader",
            "warning: subscribers/a.toml:16: `email`: the mail domain `tom.example` has nobody who takes its mail: 1 reader",
            "warning: subscribers/a.toml:19: `email`: the mail domain `xn--vk-1ia.example` does not exist: 2 readers, of whom the first stands here",
        ],
        "{}",
        said.err
    );
    let asked = server.asked.lock().unwrap();
    let of_good = asked
        .iter()
        .filter(|(name, _)| name == "god.example")
        .count();
    assert_eq!(of_good, 1, "each domain is asked about once: {asked:?}");
}

#[test]
fn without_an_answer_nothing_is_said_of_a_domain_but_that() {
    let server = NameServer::start(&[
        ("stille.example", Says::Silence),
        ("god.example", Says::Exchanger),
    ]);
    let world = list(&["a@stille.example", "b@god.example"]);
    let address = server.address.to_string();
    let said = world.run(&["check", "--mx", "--name-server", &address, "--json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let faults = said.json()["faults"].clone();
    assert_eq!(faults.as_array().unwrap().len(), 1, "{faults}");
    assert_eq!(
        faults[0]["reason"],
        "the DNS did not answer for 1 of 2 mail domains: nothing is said of them"
    );
    // Without being asked to, nobody is asked.
    let before = server.asked.lock().unwrap().len();
    assert_eq!(world.run(&["check"]).code, 0);
    assert_eq!(server.asked.lock().unwrap().len(), before);
}
