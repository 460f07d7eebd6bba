//! The turns of a conversation: which commands go out together, and what their replies mean.

use std::time::Duration;

use super::{
    Patience,
    brake::{asks_for_less, rest},
    commands::{END, envelope, needs_smtputf8},
    end::{End, Leave},
    line::Line,
    reply::{Broken, closes, refuses},
    route::Pass,
    settings::Pipelining,
    standing::Kind,
    verdict::{agrees, cut, is_lost, is_mail_for_now, is_of_a_letter, judged, odd},
};
use crate::{
    domain::delivery::{Consequence, Reply, Stage},
    letter::Letter,
    transport::{Feed, Job, SendError},
};

/// What became of MAIL, RCPT and DATA.
enum Opening {
    /// 354: the relay waits for the body.
    Open,
    /// The letter is refused.
    Refused(SendError),
    /// 421: nothing more is sent (RFC 5321 §3.8).
    Closed(Stage, Reply),
    /// Replies that such commands cannot have; whether any could.
    Odd { why: String, heard: bool },
    /// No further reply; whether any came.
    Broken { broken: Broken, heard: bool },
}

/// The longest a connection is held through a pause; beyond it a relay may well say 421 for want of words.
const HELD: Duration = Duration::from_secs(5);

/// A connection at work.
pub(super) struct Turns<'t> {
    pass: &'t Pass<'t>,
    patience: &'t Patience,
    line: Line,
    /// What is written next; kept for its room.
    text: String,
    /// How often the relay had asked for fewer when the last letter was waited for.
    presses: u32,
    /// A transaction that must not be gone on with was opened all the same: the connection is left.
    tainted: bool,
}

impl<'t> Turns<'t> {
    pub(super) fn new(pass: &'t Pass<'t>, patience: &'t Patience, line: Line) -> Self {
        Self {
            pass,
            patience,
            line,
            text: String::new(),
            presses: pass.route().brake.presses(),
            tainted: false,
        }
    }

    pub(super) fn into_line(self) -> Line {
        self.line
    }

    fn mode(&self) -> Pipelining {
        self.pass.route().mode(&self.line)
    }

    /// Whether the connection has carried as many as it should, or a relay before this one is to be tried.
    fn is_done(&self) -> bool {
        self.line.begun >= self.pass.route().per_connection || self.pass.is_outdone()
    }

    /// Carries letters until there are none, or the connection is not to be used any more.
    pub(super) async fn work<F: Feed>(&mut self, feed: &F, first: Job) -> End {
        let mut at_hand = Some(first);
        loop {
            let job = match at_hand.take() {
                Some(job) => job,
                None => match self.next(feed).await {
                    Ok(job) => job,
                    Err(leave) => return leave.at_ease(),
                },
            };
            if let Some(refusal) = self.cannot_take(&job.letter) {
                feed.settle(job, Err(refusal));
                continue;
            }
            self.line.begun += 1;
            let opening = match self.interrupted() {
                Some(interrupted) => interrupted,
                None => self.open(&job.letter).await,
            };
            let end = match opening {
                Opening::Open => self.bodies(feed, job).await,
                other => self.not_opened(feed, job, other),
            };
            if let Some(end) = end {
                return end;
            }
        }
    }

    /// The next letter, after the pause the relay asked for. Meanwhile no letter is held, nor a connection for long.
    async fn next<F: Feed>(&mut self, feed: &F) -> Result<Job, Leave> {
        if self.is_done() {
            return Err(Leave::Quits);
        }
        let brake = &self.pass.route().brake;
        self.presses = brake.presses();
        if !brake.is_off() {
            let pause = brake.pause();
            if pause > HELD {
                return Err(Leave::Quits);
            }
            rest(feed, pause).await;
            if self.is_done() {
                return Err(Leave::Quits);
            }
        }
        feed.next().await.ok_or(Leave::NoMore)
    }

    /// A letter that this relay cannot be given fails alone (RFC 6531 §3.4, RFC 6152 §3).
    fn cannot_take(&self, letter: &Letter) -> Option<SendError> {
        let offers = self.line.offers;
        let text = if !offers.smtputf8 && needs_smtputf8(letter) {
            "5.6.7 the address needs SMTPUTF8, which the relay does not offer"
        } else if !offers.eight_bit && !letter.message.is_seven_bit() {
            "5.6.3 the letter needs 8BITMIME, which the relay does not offer"
        } else {
            return None;
        };
        Some(SendError::Refused {
            stage: Stage::Recipient,
            reply: Reply {
                code: 553,
                text: text.into(),
            },
        })
    }

    /// A letter that is ready to go with the one before.
    fn ready<F: Feed>(&mut self, feed: &F) -> Option<Job> {
        let alone = !self.pass.route().brake.is_off();
        if alone || self.mode() != Pipelining::OneTurn || self.is_done() {
            return None;
        }
        while let Some(job) = feed.ready() {
            match self.cannot_take(&job.letter) {
                Some(refusal) => feed.settle(job, Err(refusal)),
                None => {
                    self.line.begun += 1;
                    return Some(job);
                }
            }
        }
        None
    }

    /// What the relay said unasked between two turns: an end, or a reply too many.
    fn interrupted(&mut self) -> Option<Opening> {
        Some(match self.line.unasked()? {
            Ok(reply) if closes(&reply) => Opening::Closed(Stage::Session, reply),
            Ok(reply) => Opening::Odd {
                why: format!("a reply too many: {reply}"),
                heard: false,
            },
            Err(broken) => missed(broken, false),
        })
    }

    /// MAIL, RCPT and DATA, together or one by one, after RSET where the letter before was not accepted: without it
    /// servers take this letter under the envelope sender of that one.
    async fn open(&mut self, letter: &Letter) -> Opening {
        self.text.clear();
        if self.line.wants_reset {
            self.text.push_str("RSET\r\n");
        }
        envelope(letter, &mut self.text);
        let text = std::mem::take(&mut self.text);
        let opening = if self.mode() == Pipelining::Off {
            self.one_by_one(&text).await
        } else {
            let patience = self.patience.mail;
            match self.line.say(&text, patience).await {
                Ok(first) => self.replies(Some(first)).await,
                Err(broken) => missed(broken, false),
            }
        };
        self.text = text;
        opening
    }

    async fn one_by_one(&mut self, text: &str) -> Opening {
        let resets = std::mem::take(&mut self.line.wants_reset);
        let stages = [Stage::Session, Stage::Mail, Stage::Recipient, Stage::Data];
        let stages = &stages[usize::from(!resets)..];
        let mut heard = false;
        for (command, &stage) in text.split_inclusive("\r\n").zip(stages) {
            let reply = match self.line.say(command, self.patience(stage)).await {
                Ok(reply) => reply,
                Err(broken) => return missed(broken, heard),
            };
            heard = true;
            if closes(&reply) {
                return Opening::Closed(stage, reply);
            }
            if agrees(stage, &reply) {
                continue;
            }
            if !refuses(&reply) || !is_of_a_letter(stage) {
                return Opening::Odd {
                    why: odd(stage, &reply),
                    heard,
                };
            }
            self.line.wants_reset = true;
            return Opening::Refused(SendError::Refused { stage, reply });
        }
        Opening::Open
    }

    /// Reads the replies to a group: one for each command, also after a refusal (RFC 2920 §3.1).
    async fn replies(&mut self, mut first: Option<Reply>) -> Opening {
        let resets = std::mem::take(&mut self.line.wants_reset);
        let mut heard = first.is_some();
        let mut refusal: Option<(Stage, Reply)> = None;
        let stages = [Stage::Session, Stage::Mail, Stage::Recipient, Stage::Data];
        for &stage in &stages[usize::from(!resets)..] {
            let reply = match first.take() {
                Some(reply) => reply,
                None => match self.line.hear(self.patience(stage)).await {
                    Ok(reply) => reply,
                    Err(broken) => return missed(broken, heard),
                },
            };
            heard = true;
            if closes(&reply) {
                return Opening::Closed(stage, reply);
            }
            let agrees = agrees(stage, &reply);
            match &refusal {
                None if agrees => {}
                None if refuses(&reply) && is_of_a_letter(stage) && !is_lost(&reply) => {
                    refusal = Some((stage, reply));
                }
                // What follows a refusal is void, but must be what the command can have.
                Some((refused, _)) if agrees || refuses(&reply) => {
                    if stage == Stage::Data
                        && agrees
                        && let Err(broken) = self.close_empty(*refused).await
                    {
                        return missed(broken, heard);
                    }
                }
                _ => {
                    return Opening::Odd {
                        why: odd(stage, &reply),
                        heard,
                    };
                }
            }
        }
        match refusal {
            None => Opening::Open,
            Some((stage, reply)) => {
                self.line.wants_reset = true;
                Opening::Refused(SendError::Refused { stage, reply })
            }
        }
    }

    /// DATA was taken although there is nobody to take it for. Without a recipient a lone dot ends it; without a
    /// sender the relay may be in another letter's transaction, so not even that is sent.
    async fn close_empty(&mut self, refused: Stage) -> Result<(), Broken> {
        if refused == Stage::Mail {
            self.tainted = true;
            return Ok(());
        }
        let patience = self.patience.body;
        let reply = self.line.say(".\r\n", patience).await?;
        self.tainted |= closes(&reply);
        Ok(())
    }

    fn patience(&self, stage: Stage) -> Duration {
        let patience = self.patience;
        match stage {
            Stage::Session | Stage::Mail => patience.mail,
            Stage::Recipient => patience.recipient,
            Stage::Data => patience.data,
            Stage::Body => patience.body,
        }
    }

    /// Hands over a letter the relay waits for, and as long as letters are ready, each with the one before.
    async fn bodies<F: Feed>(&mut self, feed: &F, mut job: Job) -> Option<End> {
        loop {
            if let Some(interrupted) = self.interrupted() {
                let end = self.not_opened(feed, job, interrupted);
                return end.or_else(|| Some(Leave::Drops.at_ease()));
            }
            let next = self.ready(feed);
            let (result, handed_over) = self.hand_over(feed, &job, next.as_ref()).await;
            let reply = match result {
                Ok(reply) => reply,
                Err(broken) => {
                    if let Some(next) = next {
                        feed.give_back(next);
                    }
                    return Some(self.cut_off(feed, job, cut(broken, handed_over)));
                }
            };
            self.line.answered += 1;
            let (accepted, refused) = (reply.code == 250, refuses(&reply));
            let closed = closes(&reply);
            let answered = handed_over && (accepted || refused);
            let overrun = answered.then(|| self.heed(&reply)).flatten();
            let words = reply.to_string();
            let seq = job.seq;
            feed.settle(job, judged(reply, handed_over));
            if accepted {
                self.pass.accepted(seq, self.presses);
            }
            let end = if closed || overrun.is_some() {
                let leave = if closed { Leave::Drops } else { Leave::Quits };
                Some(leave.in_trouble(overrun.unwrap_or(Kind::Refuses), words))
            } else if !answered {
                Some(Leave::Drops.at_ease())
            } else {
                None
            };
            if let Some(mut end) = end {
                if let Some(next) = next {
                    // Its commands have left already: nothing more can be said on this connection.
                    end.leave = Leave::Drops;
                    feed.give_back(next);
                }
                return Some(end);
            }
            let next = next?;
            match self.replies(None).await {
                Opening::Open => job = next,
                other => return self.not_opened(feed, next, other),
            }
        }
    }

    /// One write: the body, its dot, and the commands of the next letter.
    async fn hand_over<F: Feed>(
        &mut self,
        feed: &F,
        job: &Job,
        next: Option<&Job>,
    ) -> (Result<Reply, Broken>, bool) {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        job.letter.message.write_doubling_dots(&mut text);
        text.push_str(END);
        let last = text.len() - 1;
        if let Some(next) = next {
            envelope(&next.letter, &mut text);
        }
        let mark = || feed.handing_over(job);
        let result = self
            .line
            .hand_over(&mut text, last, self.patience, mark)
            .await;
        self.text = text;
        result
    }

    /// Says what becomes of a letter of which nothing was handed over, and of the connection.
    fn not_opened<F: Feed>(&mut self, feed: &F, job: Job, opening: Opening) -> Option<End> {
        let grouped = self.mode() != Pipelining::Off;
        match opening {
            Opening::Open => None,
            Opening::Refused(error) => self.refused(feed, job, error),
            Opening::Closed(stage, reply) => {
                let kind = self.slowed(&reply).unwrap_or(Kind::Refuses);
                Some(self.keep_or(feed, job, SendError::Refused { stage, reply }, kind))
            }
            Opening::Odd { why, .. } if grouped => {
                self.pass.route().fall_back(&why);
                feed.give_back(job);
                Some(Leave::Drops.at_ease())
            }
            // A server that drops what it has read ahead: the replies to the rest of the group never come.
            Opening::Broken {
                broken: Broken::Late,
                heard: true,
            } if grouped => {
                self.pass
                    .route()
                    .fall_back("it did not answer all of a group");
                feed.give_back(job);
                Some(Leave::Drops.at_ease())
            }
            Opening::Odd { why: what, heard } => {
                let handed_over = false;
                let error = SendError::Cut { handed_over, what };
                self.lost(feed, job, error, heard)
            }
            Opening::Broken { broken, heard } => self.lost(feed, job, cut(broken, false), heard),
        }
    }

    /// The letter is refused before its body. What is the reader's own is settled; a refusal that is the relay's is its
    /// trouble, and the letter may go elsewhere.
    fn refused<F: Feed>(&mut self, feed: &F, job: Job, error: SendError) -> Option<End> {
        let leave = match self.tainted {
            true => Leave::Drops,
            false => Leave::Quits,
        };
        let SendError::Refused { reply, .. } = &error else {
            feed.settle(job, Err(error));
            return None;
        };
        if error.consequence() == Consequence::Wait {
            let overrun = self.slowed(reply);
            // Some relays take so many letters a connection and then no more: OpenSMTPD says 452 after a hundred. A
            // fresh connection tells whether it was that.
            if overrun.is_none() && self.line.answered > 0 && is_mail_for_now(&error) {
                feed.give_back(job);
                return Some(leave.at_ease());
            }
            return Some(leave.holding(overrun.unwrap_or(Kind::Refuses), job, error));
        }
        let overrun = self.heed(reply);
        let words = error.to_string();
        feed.settle(job, Err(error));
        match overrun {
            Some(kind) => Some(leave.in_trouble(kind, words)),
            None => self.tainted.then(|| leave.at_ease()),
        }
    }

    /// What an answer to a letter tells of the relay: that it works, or that it wants fewer, however few it gets.
    fn heed(&self, reply: &Reply) -> Option<Kind> {
        if !asks_for_less(reply) {
            self.pass.works();
        }
        self.slowed(reply)
    }

    /// Slows the relay down where it asks for it; whether it asks for nothing else.
    fn slowed(&self, reply: &Reply) -> Option<Kind> {
        let overrun = asks_for_less(reply) && self.pass.route().brake.press();
        overrun.then_some(Kind::Overrun)
    }

    /// The connection is lost, and the letter with it where the relay has said anything about it.
    fn lost<F: Feed>(&self, feed: &F, job: Job, error: SendError, heard: bool) -> Option<End> {
        Some(if heard {
            self.cut_off(feed, job, error)
        } else {
            self.keep_or(feed, job, error, Kind::Cuts)
        })
    }

    /// On a connection that has carried letters an end is the connection's, and the letter goes on the next; on a fresh
    /// one it is the relay's and perhaps the letter's.
    fn keep_or<F: Feed>(&self, feed: &F, job: Job, error: SendError, kind: Kind) -> End {
        if self.line.answered == 0 {
            return Leave::Drops.holding(kind, job, error);
        }
        feed.give_back(job);
        match kind {
            Kind::Cuts => Leave::Drops.at_ease(),
            kind => Leave::Drops.in_trouble(kind, error.to_string()),
        }
    }

    /// The connection ended under a letter. What was handed over is nobody else's any more.
    fn cut_off<F: Feed>(&self, feed: &F, job: Job, error: SendError) -> End {
        let relays_own = self.line.answered == 0 && matches!(error, SendError::Cut { .. });
        if relays_own && error.consequence() == Consequence::Defer {
            return Leave::Drops.holding(Kind::Cuts, job, error);
        }
        let words = error.to_string();
        feed.settle(job, Err(error));
        match relays_own {
            true => Leave::Drops.in_trouble(Kind::Cuts, words),
            false => Leave::Drops.at_ease(),
        }
    }
}

/// No further reply came to a group, or one that is none.
fn missed(broken: Broken, heard: bool) -> Opening {
    match broken {
        Broken::Nonsense(_) => Opening::Odd {
            why: broken.words(),
            heard,
        },
        broken => Opening::Broken { broken, heard },
    }
}
