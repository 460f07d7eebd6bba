//! Running a program and reading what it cost: wall time, and the processor time the kernel counts for children that
//! were waited for.

use std::{
    error::Error,
    fs, io,
    process::{Command, Output},
    time::{Duration, Instant},
};

/// What a process cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    /// User and system time of all its threads and of its own children.
    pub(crate) cpu: Duration,
}

/// Runs a program to its end.
pub(crate) fn run(command: &mut Command) -> Result<(Output, Cost), Box<dyn Error>> {
    let (output, cost) = reaped(|| command.output())?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command:?} ended with {}: {words}", output.status).into());
    }
    Ok((output, cost))
}

/// What the one child cost that is waited for meanwhile.
pub(crate) fn reaped<T>(wait: impl FnOnce() -> io::Result<T>) -> Result<(T, Cost), Box<dyn Error>> {
    let (began, before) = (Instant::now(), of_children()?);
    let done = wait()?;
    let wall = began.elapsed();
    let cpu = of_children()?.saturating_sub(before);
    Ok((done, Cost { wall, cpu }))
}

/// Processor time of all children waited for so far: the 16th and 17th field of `/proc/self/stat` (proc_pid_stat(5)),
/// in ticks of 10 ms.
fn of_children() -> Result<Duration, Box<dyn Error>> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The second field is the program's name in brackets; it may hold blanks.
    let (_, fields) = stat.rsplit_once(") ").ok_or("no such /proc/self/stat")?;
    let ticks: u64 = fields
        .split(' ')
        .skip(13)
        .take(2)
        .map(|field| field.parse().unwrap_or(0))
        .sum();
    Ok(Duration::from_millis(ticks * 10))
}
