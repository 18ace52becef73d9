//! A name server that does not do as it should (RFC 1035): over UDP, on an address of its own.

use std::{
    io::{self, ErrorKind},
    net::{Ipv4Addr, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use dps_x509_tests::loopback::own_address;

/// What it does with a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conduct {
    /// Answers with this code: 0 is none, and then there is no address (section 4.1.1).
    Code(u8),
    /// Says nothing.
    Stall,
    /// Answers right, but later.
    Delay(Duration),
    /// Sends bytes that are no answer.
    Garbage,
    /// Answers another question.
    Other,
    /// Sends more than fits, and says so; over TCP there is nobody.
    Truncated,
    /// Answers right, and then once more.
    Duplicate,
    /// Names an address where nobody listens.
    Nobody,
    /// Names two addresses where nobody listens, and then the right one.
    Third,
}

/// A listening server; it ends when it is dropped.
pub(crate) struct NameServer {
    pub(crate) address: Ipv4Addr,
    ending: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Every name leads there.
const RIGHT: Ipv4Addr = Ipv4Addr::LOCALHOST;

impl NameServer {
    /// Misbehaves for so many questions for an IPv4 address, and is right from then on. Every name is the loopback.
    pub(crate) fn start(conduct: Conduct, times: u32) -> Self {
        let address = own_address();
        let socket = UdpSocket::bind((address, 53)).unwrap_or_else(|error| {
            panic!("{address}, port 53: {error}; a name server has no other port, and only root may take it")
        });
        socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        let ending = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&ending);
        let thread = thread::spawn(move || {
            let asked = AtomicU32::new(0);
            while !end.load(Ordering::Relaxed) {
                match serve(&socket, conduct, times, &asked) {
                    Err(error) if !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                        panic!("{error}")
                    }
                    _ => {}
                }
            }
        });
        Self { address, ending, thread: Some(thread) }
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Relaxed);
        self.thread.take().map(JoinHandle::join);
    }
}

fn serve(socket: &UdpSocket, conduct: Conduct, times: u32, asked: &AtomicU32) -> io::Result<()> {
    let mut space = [0; 512];
    let (length, from) = socket.recv_from(&mut space)?;
    let question = &space[..length];
    // Behind the name: its type, 1 for an IPv4 address, and its class.
    let end = 12 + question[12..].iter().position(|byte| *byte == 0).unwrap() + 1;
    let is_ipv4 = question[end..end + 2] == [0, 1];
    let question = &question[..end + 4];
    let count = if is_ipv4 { asked.fetch_add(1, Ordering::Relaxed) } else { asked.load(Ordering::Relaxed) };
    let right = || answer(question, 0, if is_ipv4 { &[RIGHT] } else { &[] });
    if count >= times {
        return socket.send_to(&right(), from).map(drop);
    }
    // A loopback address of nobody: whoever listens does so on an address of its own, or on the first.
    let nobody = [Ipv4Addr::new(127, 63, 0, 1), Ipv4Addr::new(127, 63, 0, 2), RIGHT];
    let answers = match conduct {
        Conduct::Stall => Vec::new(),
        Conduct::Code(code) => vec![answer(question, code, &[])],
        Conduct::Delay(delay) => {
            thread::sleep(delay);
            vec![right()]
        }
        Conduct::Garbage => vec![vec![0xff; 40], Vec::new(), question[..7].to_vec()],
        Conduct::Other => {
            let mut other = right();
            other[0] ^= 0xff;
            vec![other]
        }
        Conduct::Truncated => {
            let mut cut = answer(question, 0, &[]);
            cut[2] |= 2;
            vec![cut]
        }
        Conduct::Duplicate => vec![right(), right()],
        Conduct::Nobody => vec![answer(question, 0, if is_ipv4 { &nobody[..1] } else { &[] })],
        Conduct::Third => vec![answer(question, 0, if is_ipv4 { &nobody } else { &[] })],
    };
    answers.iter().try_for_each(|answer| socket.send_to(answer, from).map(drop))
}

/// An answer to a question, with a code and addresses (section 4.1).
fn answer(question: &[u8], code: u8, addresses: &[Ipv4Addr]) -> Vec<u8> {
    let mut answer = question.to_vec();
    (answer[2], answer[3]) = (0x81, 0x80 | code);
    answer[4..12].copy_from_slice(&[0, 1, 0, u8::try_from(addresses.len()).unwrap(), 0, 0, 0, 0]);
    for address in addresses {
        // The name as in the question, IPv4, the Internet, a lifetime of no seconds, four bytes.
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
        answer.extend(address.octets());
    }
    answer
}
